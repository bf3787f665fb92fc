// Tests of ExchangeSandbox.
