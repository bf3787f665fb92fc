# make demo   the whole pipeline on this machine, on embedded defaults; ONCE=1 ends after the scenario
# make test   all tests
# The rest is for developers; what each needs is installed, or named.

.DEFAULT_GOAL := help
.PHONY: help packages build demo test conformance soak bench format lint

# One build for demo and test. A warning is an error.
export LNSYNC_STRICT := 1
SWIFT_FLAGS := -c release -Xswiftc -enable-testing --explicit-target-dependency-import-check error
LIBRARIES := librdkafka-dev libcurl4-openssl-dev libmicrohttpd-dev libssl-dev libsqlite3-dev
# The tests' own: a second opinion on JSON schemas, the independent check, a Java for a real Kafka.
TEST_PACKAGES := python3 python3-jsonschema
BIN := .build/release

help:
	@sed -n '1,3s/^# //p' Makefile

packages:
	@command -v swift >/dev/null || { echo 'Swift 6.2 or newer is missing: https://www.swift.org/install/linux' >&2; exit 1; }
	@scripts/install-packages $(LIBRARIES)

build: packages
	swift build $(SWIFT_FLAGS)

demo: build
	@scripts/install-packages python3
	@scripts/demo $(BIN) $(if $(ONCE),--once)

test: packages
	@scripts/install-packages $(TEST_PACKAGES)
	swift build $(SWIFT_FLAGS) --build-tests
	scripts/test $(SWIFT_FLAGS)

conformance: build
	scripts/conformance $(BIN)

soak: packages
	@scripts/install-packages $(TEST_PACKAGES)
	swift build $(SWIFT_FLAGS) --build-tests
	scripts/soak $(SWIFT_FLAGS)

bench: packages
	scripts/bench

format:
	swift format format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

lint:
	scripts/lint
