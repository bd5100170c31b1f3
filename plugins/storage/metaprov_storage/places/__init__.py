"""Which places may be asked, with what options, and what is said of them."""
