// Tests of Lifecycle.
