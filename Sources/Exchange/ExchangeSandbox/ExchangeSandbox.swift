// The module ExchangeSandbox.
