# The server in an image of its own, with nothing else in it.
#   docker build -t companygraph .
#   docker run --rm -p 127.0.0.1:8080:8080 -v companygraph:/data companygraph
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make build OUT=/companygraph && mkdir /data

FROM scratch
# Certificate authorities, for neo4j+s:// and bolt+s://.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /companygraph /companygraph
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
# Inside a container the loopback address reaches nobody.
ENV LISTEN=0.0.0.0:8080 SQLITE_PATH=/data/companygraph.db
EXPOSE 8080
ENTRYPOINT ["/companygraph"]
