"""Character sets and code extensions: the examples of PS3.5, what pydicom 3.0.2 gets wrong, and
that ours is pydicom's everywhere else. DCMTK 3.6.7 reads the names here as they are expected, but
for those in Japanese, which its build on Debian cannot read.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.valuerep import TEXT_VR_DELIMS

from metaprov_dicom import INSTANCE, PATIENT
from metaprov_dicom.json_model.elements import instance_from_json
from metaprov_dicom.values.charsets import IN_NAMES, IN_TEXTS, IN_VALUES, decoded

if TYPE_CHECKING:
    from metaprov_core import Host
    from metaprov_dicom.instance.instance import Instance

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

Routes = Callable[..., dict[str, "Instance"]]

LATIN, CYRILLIC, KOREAN, CHINESE = b"\x1b-A", b"\x1b-L", b"\x1b$)C", b"\x1b$)A"
ASCII, ROMAJI, KATAKANA, KANJI, MORE_KANJI = b"\x1b(B", b"\x1b(J", b"\x1b)I", b"\x1b$B", b"\x1b$(D"


def kanji(text: str) -> bytes:
    """Characters of two bytes in JIS X 0208, with the escape in front."""
    return KANJI + text.encode("iso2022_jp").removeprefix(KANJI).removesuffix(ASCII)


def korean(text: str) -> bytes:
    return KOREAN + text.encode("euc_kr")


def chinese(text: str) -> bytes:
    return CHINESE + text.encode("gb2312")


#: SpecificCharacterSet, the bytes of a name, and the name.
NAMES = {
    "H.3.1": (
        b"\\ISO 2022 IR 87",
        b"Yamada^Tarou=%b^%b=%b^%b"
        % tuple(kanji(part) + ASCII for part in ("山田", "太郎", "やまだ", "たろう")),
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    "H.3.2": (
        b"ISO 2022 IR 13\\ISO 2022 IR 87",
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=%b^%b=%b^%b"
        % tuple(kanji(part) + ROMAJI for part in ("山田", "太郎", "やまだ", "たろう")),
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    "I.2": (
        b"\\ISO 2022 IR 149",
        b"Hong^Gildong=%b^%b=%b^%b" % tuple(map(korean, ("洪", "吉洞", "홍", "길동"))),
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    "J.1": (b"ISO_IR 192", "Wang^XiaoDong=王^小東=".encode(), "Wang^XiaoDong=王^小東"),
    "J.2": (b"GB18030", "Wang^XiaoDong=王^小东=".encode("gb18030"), "Wang^XiaoDong=王^小东"),
    "K.2": (
        b"\\ISO 2022 IR 58",
        b"Zhang^XiaoDong=%b^%b=" % (chinese("张"), chinese("小东")),
        "Zhang^XiaoDong=张^小东",
    ),
    # Before each ^ and =, and the backslash between names, value 1 is in force again.
    "Korean, then Latin": (
        b"ISO 2022 IR 100\\ISO 2022 IR 149",
        b"\xe7^" + korean("ㅊ") + b"^\xe7",
        "ç^ㅊ^ç",
    ),
    "Cyrillic, then Latin": (
        b"ISO 2022 IR 100\\ISO 2022 IR 144",
        b"\xe7^" + CYRILLIC + b"\xbb\xee=\xe7^" + CYRILLIC + b"\xbb=\xe7",
        "ç^Лю=ç^Л=ç",
    ),
    "Chinese, then Latin": (
        b"ISO 2022 IR 100\\ISO 2022 IR 58",
        chinese("张") + b"^\xe7=" + chinese("小") + b" a^\xe7",
        "张^ç=小 a^ç",
    ),
    "Latin of its own escape": (
        b"ISO 2022 IR 144\\ISO 2022 IR 100",
        b"\xbb^" + LATIN + b"\xe7^\xbb",
        "Л^ç^Л",
    ),
    # ASCII in the lower half leaves the upper half as it is.
    "kanji, then Cyrillic": (
        b"ISO 2022 IR 144\\ISO 2022 IR 87",
        b"\xbb" + kanji("山田") + ASCII + b"\xee^\xee",
        "Л山田ю^ю",
    ),
    # The bytes of ^, = and \ are halves of these characters.
    "halves": (
        b"\\ISO 2022 IR 87",
        KANJI + b"\x5e\x5c\x3d\x3d\x3d\x5e" + ASCII + b"^A",
        (KANJI + b"\x5e\x5c\x3d\x3d\x3d\x5e").decode("iso2022_jp") + "^A",
    ),
    "halves of GB18030": (b"GB18030", b"\x81\x5c^\x8b\x5c=A", "乗^媆=A"),
    "halves of GBK": (b"GBK", b"\x81\x5c^\x8b\x5c=A", "乗^媆=A"),
}


#: Of which pydicom makes other letters without a trace, once it has decoded them.
LOST = {"Cyrillic, then Latin", "Latin of its own escape", "kanji, then Cyrillic"}
#: In whose texts it leaves escapes that JSON has too.
ESCAPES_LEFT = {"Korean, then Latin", "Chinese, then Latin"}


@pytest.mark.parametrize("case", NAMES)
def test_names(by_every_route: Routes, case: str) -> None:
    charset, data, name = NAMES[case]
    elements = (0x00080005, "CS", charset), (0x00100010, "PN", data)
    for route, instance in by_every_route(*elements).items():
        is_decoded = case in LOST and route == "decoded Dataset"
        if not is_decoded and not ("JSON" in route and case in LOST | ESCAPES_LEFT):
            assert instance["PatientName"] == name, route


def encodings(charset: bytes) -> list[str]:
    return convert_encodings(charset.decode().split("\\"))


def named(charset: bytes, name: bytes) -> list[tuple[int, str, bytes]]:
    """The elements of an image of a patient with this name."""
    return [
        (0x00080005, "CS", charset),
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x00100010, "PN", name),
        (0x0020000E, "UI", b"1.2.3"),
    ]


def test_the_module_has_the_name_too(host: Host, write_elements: Callable[..., str]) -> None:
    charset, data, name = NAMES["K.2"]
    image = write_elements(*named(charset, data))
    assert host.require(PATIENT, image).patient_name == name


I_3 = "The 1st line includes 길동.\r\nThe 2nd line includes 길동, too.\r\nThe 3rd line.\r\n"
J_3 = "The first line includes 中文.\r\nThe second line includes 中文, too.\r\nThe third line.\r\n"
K_3 = "1. 第一行文字。\r\n2. 第二行文字。\r\n3. 第三行文字。\r\n"


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        (
            b"\\ISO 2022 IR 149",
            KOREAN + I_3.encode("euc_kr").replace(b"\r\nThe 2", b"\r\n" + KOREAN + b"The 2"),
            I_3,
        ),
        (b"ISO_IR 192", J_3.encode(), J_3),
        (b"GB18030", J_3.encode("gb18030"), J_3),
        (
            b"\\ISO 2022 IR 58",
            b"".join(
                line[:3].encode() + chinese(line[3:]) for line in K_3.splitlines(keepends=True)
            ),
            K_3,
        ),
        # The set of value 1 is in force again behind line ends, form feeds and tabs.
        (
            b"ISO 2022 IR 100\\ISO 2022 IR 58",
            b"\t\xe7".join([chinese("张")] * 3) + b"\f\xe7\n\xe7",
            "张\tç张\tç张\fç\nç",
        ),
        (b"ISO 2022 IR 100\\ISO 2022 IR 87", kanji("山田") + b"\r\nab\xe7", "山田\r\nabç"),
        # A backslash is no delimiter in a text that is one value; ^ and = are none in any text.
        (b"ISO 2022 IR 100\\ISO 2022 IR 149", korean("ㅊ\\ㅊ^ㅊ=ㅊ"), "ㅊ\\ㅊ^ㅊ=ㅊ"),
    ],
)
def test_texts(by_every_route: Routes, charset: bytes, data: bytes, text: str) -> None:
    for route, instance in by_every_route(
        (0x00080005, "CS", charset), (0x00104000, "LT", data)
    ).items():
        if route in ("file", "bytes in a Dataset"):
            assert instance["PatientComments"] == text, route


def test_value_1_is_in_force_again_between_values(by_every_route: Routes) -> None:
    elements = (
        (0x00080005, "CS", b"ISO 2022 IR 100\\ISO 2022 IR 149"),
        (0x00101001, "PN", b"\xe7\\" + korean("ㅊ") + b"\\\xe7"),
        (0x00102110, "LO", b"\xe7\\" + korean("ㅊ^ㅊ") + b"\\\xe7"),
    )
    for route, instance in by_every_route(*elements).items():
        if "JSON" not in route:
            assert instance["OtherPatientNames"] == ("ç", "ㅊ", "ç"), route
            assert instance["Allergies"] == ("ç", "ㅊ^ㅊ", "ç"), route


def test_a_backslash_that_is_half_of_a_character_separates_nothing(by_every_route: Routes) -> None:
    for charset in (b"GB18030", b"GBK"):
        elements = (0x00080005, "CS", charset), (0x00102110, "LO", b"\x81\x5c\x5c\x8b\x5c")
        for route, instance in by_every_route(*elements).items():
            assert instance["Allergies"] == ("乗", "媆"), route


def test_an_item_has_its_own_character_sets(
    by_every_route: Routes, encoded: Callable[..., bytes]
) -> None:
    own = encoded(0x00080005, "CS", b"\\ISO 2022 IR 58") + encoded(0x00080104, "LO", chinese("张"))
    inherited = encoded(0x00080104, "LO", b"\xe7" + korean("ㅊ"))
    items = b"".join(
        struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content for content in (own, inherited)
    )
    elements = (
        (0x00080005, "CS", b"ISO 2022 IR 100\\ISO 2022 IR 149"),
        (0x00082112, "SQ", items),
    )
    for route, instance in by_every_route(*elements).items():
        meanings = [item["CodeMeaning"] for item in instance["SourceImageSequence"]]
        assert meanings == ["张", "çㅊ"], route


def test_escapes_mean_nothing_where_no_extensions_are_allowed(by_every_route: Routes) -> None:
    elements = (
        (0x00080005, "CS", b"ISO_IR 192"),
        (0x00081030, "LO", "ä".encode() + ASCII + "ä".encode()),
    )
    for route in ("file", "bytes in a Dataset"):
        assert by_every_route(*elements)[route]["StudyDescription"] == "ä\x1b(Bä"


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        # an escape that is not declared, half a character, a byte that is none
        (b"ISO 2022 IR 100", b"a" + korean("ㅊ"), "a\x1b$)C¤º"),
        (b"\\ISO 2022 IR 149", b"a" + korean("ㅊ")[:-1], "a\x1b$)C¤"),
        (b"ISO_IR 192", b"a\xe7", "a\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_cannot_be_decoded_is_as_pydicom_has_it_and_said_in_a_note(
    host: Host, write_elements: Callable[..., str], charset: bytes, data: bytes, text: str
) -> None:
    image = write_elements(*named(charset, data))
    note = "PatientName (0010,0010) has bytes that are not in the character sets of its header"
    assert note in str(host.explain("patientModule", image))
    assert host.require(INSTANCE, image)["PatientName"] == text
    assert decode_bytes(data, encodings(charset), TEXT_VR_DELIMS) == text


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("ISO_IR 100", "Müller".encode("latin-1")),
        ("ISO_IR 192", "Müller".encode()),
        ("ISO_IR 100", "Müller".encode()),
    ],
)
def test_bytes_in_json_are_utf_8_or_as_they_were_in_the_file(charset: str, data: bytes) -> None:
    json = {
        "00080005": {"vr": "CS", "Value": [charset]},
        "00100010": {"vr": "OB", "InlineBinary": base64.b64encode(data).decode()},
    }
    assert instance_from_json(json)["PatientName"] == "Müller"


#: Sets of one value each, and letters of theirs.
SINGLE = {
    "": "",
    "ISO 2022 IR 100": "äç",
    "ISO 2022 IR 101": "łč",
    "ISO 2022 IR 126": "αλ",
    "ISO 2022 IR 138": "שד",
    "ISO 2022 IR 144": "Лю",
    "ISO 2022 IR 166": "กข",
}
EXTENSIONS = {
    "ISO 2022 IR 100": (LATIN, "latin_1", "äç a^=", b""),
    "ISO 2022 IR 144": (CYRILLIC, "iso_ir_144", "Люб a^=", b""),
    "ISO 2022 IR 149": (KOREAN, "euc_kr", "길동洪 a^=", b""),
    "ISO 2022 IR 87": (b"", "iso2022_jp", "山田やま", b""),
    "ISO 2022 IR 159": (b"", "iso2022_jp_2", "丂丄", b""),
}


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[str], bytes, str]:
    """Lines of text in several character sets, that end in value 1: what pydicom can do."""
    first = draw(st.sampled_from(sorted(SINGLE)))
    python_name = convert_encodings([first])[0]
    data, text = b"", ""
    for _ in range(draw(st.integers(1, 4))):
        plain = draw(st.text("ab ^=" + SINGLE[first], max_size=4))
        data, text = data + plain.encode(python_name), text + plain
        for name in draw(st.lists(st.sampled_from(sorted(EXTENSIONS)), max_size=3)):
            escape, encoding, letters, _ = EXTENSIONS[name]
            part = draw(st.text(letters, min_size=1, max_size=4))
            data, text = data + escape + part.encode(encoding), text + part
        end = draw(st.sampled_from(["\r\n", "\n", "\f", "\t"]))
        data, text = data + end.encode(), text + end
    return [first, *EXTENSIONS], data, text


@given(lines())
def test_what_pydicom_does_right_is_the_same(text: tuple[list[str], bytes, str]) -> None:
    charsets, data, expected = text
    names = convert_encodings(charsets)
    assert decoded(data, names, IN_TEXTS) == (expected, True)
    assert decode_bytes(data, names, TEXT_VR_DELIMS) == expected


@given(
    charset=st.sampled_from(["", "ISO_IR 100", "ISO_IR 13", "ISO_IR 144", "ISO_IR 192", "GB18030"]),
    data=st.binary(max_size=20).filter(lambda data: b"\x1b" not in data),
)
def test_without_escapes_any_bytes_are_what_pydicom_makes_of_them(
    charset: str, data: bytes
) -> None:
    names = convert_encodings([charset])
    assert decoded(data, names, IN_VALUES)[0] == decode_bytes(data, names, TEXT_VR_DELIMS)


ESCAPES = [LATIN, CYRILLIC, KOREAN, CHINESE, ASCII, ROMAJI, KATAKANA, KANJI, MORE_KANJI]


@given(
    charsets=st.lists(st.sampled_from([*SINGLE, *EXTENSIONS, "ISO 2022 IR 58"]), min_size=1),
    data=st.lists(st.binary(max_size=5) | st.sampled_from([*ESCAPES, b"\x1b"])).map(b"".join),
)
def test_any_bytes_are_a_text(charsets: list[str], data: bytes) -> None:
    assert isinstance(decoded(data, convert_encodings(charsets), IN_NAMES)[0], str)


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        (b"ISO_IR 203", b"A\xa4", "A\u20ac"),
        (b"\\ISO 2022 IR 203", b"A=\x1b-b\xa4^\xa4", "A=\u20ac^\xa4"),
    ],
)
def test_latin_9_which_pydicom_does_not_know(
    host: Host, write_elements: Callable[..., str], charset: bytes, data: bytes, text: str
) -> None:
    image = write_elements(*named(charset, data))
    assert host.require(INSTANCE, image)["PatientName"] == text
