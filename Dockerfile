# uphold alone: one static program in an image without shell, libc or users by name.
#
#   docker build -t uphold .
#   docker run --rm -v "$PWD:/project" --user "$(id -u):$(id -g)" uphold run
#
# Linked with musl, not with a static glibc: names are looked up by /etc/hosts and /etc/resolv.conf alone, where
# glibc loads libraries at run time, which this image does not have.

FROM docker.io/library/rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates musl-tools \
    && rm -rf /var/lib/apt/lists/*
RUN rustup target add "$(uname -m)-unknown-linux-musl"
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY benches benches
COPY tests tests
COPY src src
RUN TARGET_CC=musl-gcc cargo build --release --locked --bin uphold --target "$(uname -m)-unknown-linux-musl" \
    && mkdir -p /image/etc/ssl/certs /image/tmp /image/project \
    && chmod 1777 /image/tmp /image/project \
    && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    && cp "target/$(uname -m)-unknown-linux-musl/release/uphold" /image/

FROM scratch
COPY --from=build /image /
# Where the folder with cases/ is mounted; the reports are written below it.
WORKDIR /project
USER 65532:65532
ENTRYPOINT ["/uphold"]
CMD ["--help"]
