// The module KafkaWorker.
