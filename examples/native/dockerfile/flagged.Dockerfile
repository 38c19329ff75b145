ARG SUITE=buster

FROM debian:${SUITE} AS base
RUN apt-get update && apt-get install -y nginx

FROM base
COPY site/ /var/www/html/
CMD ["nginx", "-g", "daemon off;"]
