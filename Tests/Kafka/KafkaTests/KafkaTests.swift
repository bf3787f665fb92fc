// Tests of Kafka.
