"""How right the assistant is, on data made by others."""
