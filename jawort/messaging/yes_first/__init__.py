"""Lines where a new person says yes first: until then what they write is sealed, withheld and read by nobody."""
