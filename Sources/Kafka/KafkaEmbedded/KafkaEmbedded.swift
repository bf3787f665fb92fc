// The module KafkaEmbedded.
