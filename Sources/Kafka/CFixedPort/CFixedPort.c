// A bind() of our own; see the header.
