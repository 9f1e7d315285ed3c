/* Opens connections, asks once on each, reads the answer, says RESULT, and holds them until it is
   killed.
   usage: idle PORT PATH CONNECTIONS */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  struct rlimit most;
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char request[1024], answer[65536];
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[2]);
  struct timeval patience = {.tv_sec = 5};
  int held = 0;
  for (int at = 0; at < atoi(argv[3]); at++) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (s < 0 || connect(s, (struct sockaddr *)&server, sizeof server) != 0) break;
    if (send(s, request, length, MSG_NOSIGNAL) != length) break;
    if (recv(s, answer, sizeof answer, 0) > 0) held++;
  }
  printf("RESULT {\"held\":%d}\n", held);
  fflush(stdout);
  pause();
  return 0;
}
