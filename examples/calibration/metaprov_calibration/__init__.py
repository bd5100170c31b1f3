"""The spacing of film scanners that write it wrong into their headers, as it was measured.

A plugin: installing it is all that is needed. `provider.FACTORS` has the scanners.
"""
