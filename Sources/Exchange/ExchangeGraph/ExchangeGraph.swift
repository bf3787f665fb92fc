// The module ExchangeGraph.
