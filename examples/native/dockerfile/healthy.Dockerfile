# syntax=docker/dockerfile:1
ARG PYTHON=3.13

FROM --platform=$BUILDPLATFORM python:${PYTHON}-slim AS wheels
WORKDIR /src
COPY . .
RUN <<EOF
set -e
pip wheel --wheel-dir /wheels .
EOF

FROM debian:13-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip \
    && rm -rf /var/lib/apt/lists/*
COPY --from=wheels /wheels /wheels
USER nobody
CMD ["python3", "-m", "shop"]
