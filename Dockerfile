# The image of every program; the command says which one runs.
FROM swift:6.3-bookworm AS build
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
       librdkafka-dev libcurl4-openssl-dev libmicrohttpd-dev libssl-dev libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --explicit-target-dependency-import-check error \
    && mkdir /programs \
    && for program in ln-producer exchange-producer contact-worker calendar-worker lnsync; do cp ".build/release/$program" /programs/; done

# Swift's runtime libraries, without the compiler.
FROM swift:6.3-bookworm-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
       librdkafka1 libcurl4 libmicrohttpd12 libssl3 libsqlite3-0 ca-certificates curl tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /var/lib/ln-exchange-sync --create-home lnsync
COPY --from=build /programs/ /usr/local/bin/
# README tells to give this user the files of secrets.
USER lnsync
VOLUME /var/lib/ln-exchange-sync
