"""The rules of SUV factors, as pure functions of headers; imports no other wing."""
