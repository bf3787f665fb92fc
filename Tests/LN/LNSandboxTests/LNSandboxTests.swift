// Tests of LNSandbox.
