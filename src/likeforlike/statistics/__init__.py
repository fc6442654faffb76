"""The field's methods as array functions: arrays in, named tuples out, nothing of ours imported."""
