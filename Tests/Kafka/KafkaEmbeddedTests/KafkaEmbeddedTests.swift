// Tests of KafkaEmbedded.
