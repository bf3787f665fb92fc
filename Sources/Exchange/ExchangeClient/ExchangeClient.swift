// The module ExchangeClient.
