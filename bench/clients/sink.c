/* Asks for one path again and again over a few connections and lets the kernel drop the bodies
   (MSG_TRUNC), so that the server, not the reader, is what is measured.
   usage: sink PORT PATH CONNECTIONS SECONDS   → one line of JSON */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX 8192
#define DROP_MAX (4 << 20)
#define ERRORS_MAX 100

struct connection {
  int socket;
  long long left; /* of the body; -1: reading a head */
  size_t filled;
  char head[HEAD_MAX];
};

static char request[2048];
static struct sockaddr_in server;
static int events;
static long long bytes, answers, errors;

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static void ask(struct connection *c) {
  size_t length = strlen(request);
  c->left = -1;
  c->filled = 0;
  if (send(c->socket, request, length, MSG_NOSIGNAL) != (ssize_t)length) errors++;
}

static void open_anew(struct connection *c) {
  if (c->socket >= 0) close(c->socket);
  c->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(c->socket, (struct sockaddr *)&server, sizeof server) != 0) {
    errors++;
    return;
  }
  struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(events, EPOLL_CTL_ADD, c->socket, &wanted);
  ask(c);
}

static void broken(struct connection *c) {
  errors++;
  if (errors < ERRORS_MAX) open_anew(c);
}

static void read_head(struct connection *c) {
  ssize_t count = recv(c->socket, c->head + c->filled, HEAD_MAX - 1 - c->filled, 0);
  if (count <= 0) return broken(c);
  bytes += count;
  c->filled += count;
  c->head[c->filled] = 0;
  char *end = strstr(c->head, "\r\n\r\n");
  if (end == NULL) {
    if (c->filled >= HEAD_MAX - 1) broken(c);
    return;
  }
  char *length = strcasestr(c->head, "\r\ncontent-length:");
  if (strncmp(c->head, "HTTP/1.1 200", 12) != 0 || length == NULL || length > end) return broken(c);
  c->left = atoll(length + 17) - (c->filled - (end + 4 - c->head));
}

static void drop_body(struct connection *c) {
  static char nothing[DROP_MAX];
  size_t most = c->left < DROP_MAX ? (size_t)c->left : DROP_MAX;
  ssize_t count = recv(c->socket, nothing, most, MSG_TRUNC);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return broken(c);
  bytes += count;
  c->left -= count;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[2]);
  int count = atoi(argv[3]);
  double seconds = atof(argv[4]);
  struct connection *all = calloc(count, sizeof *all);
  events = epoll_create1(0);
  for (int at = 0; at < count; at++) {
    all[at].socket = -1;
    open_anew(&all[at]);
  }
  double start = now();
  while (now() - start < seconds && errors < ERRORS_MAX) {
    struct epoll_event ready[64];
    int many = epoll_wait(events, ready, 64, 100);
    for (int at = 0; at < many; at++) {
      struct connection *c = ready[at].data.ptr;
      if (c->left < 0) read_head(c);
      else drop_body(c);
      if (c->left == 0) {
        answers++;
        ask(c);
      }
    }
  }
  printf("RESULT {\"answers\":%lld,\"us\":%.0f,\"bytes\":%lld,\"broken\":%lld,\"refused\":0}\n",
         answers, (now() - start) * 1e6, bytes, errors);
  return 0;
}
