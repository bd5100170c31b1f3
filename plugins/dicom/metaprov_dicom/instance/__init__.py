"""The instance, and the rules that hold whatever it is made of; imports `values`."""
