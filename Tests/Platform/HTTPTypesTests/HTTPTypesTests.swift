// Tests of HTTPTypes.
