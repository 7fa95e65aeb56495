// Does nothing: what the start of any Swift program takes.
