# Holds a listening socket open and starts programs with it, as systemd's socket activation does
# (sd_listen_fds(3)): the first argument says where ("tcp" or the path of a Unix socket), the second
# the names (LISTEN_FDNAMES), the others are the command. Two names are two sockets.
# Says "ports N ...", then obeys its standard input: "start", "stop"; says "started PID", "ended N".
use strict;
use warnings;
use Socket;

my ($where, $names, @command) = @ARGV;
$^F = 32;    # What is opened below stays open in programs that are started.
$| = 1;
my (@sockets, @ports);
for (split /:/, $names) {
    my $socket;
    if ($where eq "tcp") {
        socket($socket, PF_INET, SOCK_STREAM, 0) or die $!;
        bind($socket, pack_sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
        push @ports, (unpack_sockaddr_in(getsockname($socket)))[0];
    } else {
        socket($socket, PF_UNIX, SOCK_STREAM, 0) or die $!;
        bind($socket, pack_sockaddr_un($where)) or die $!;
    }
    listen($socket, 128) or die $!;
    push @sockets, $socket;
}
die "the first socket is no descriptor 3" unless fileno($sockets[0]) == 3;
print "ports @ports\n";
my $child;
while (my $order = <STDIN>) {
    if ($order eq "start\n") {
        $child = fork() // die $!;
        if ($child == 0) {
            @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, scalar @sockets, $names);
            open(STDIN, "<", "/dev/null") or die $!;
            exec(@command) or die $!;
        }
        print "started $child\n";
    } elsif ($order eq "stop\n") {
        kill "TERM", $child;
        waitpid($child, 0);
        print "ended ", $? >> 8, "\n";
    }
}
kill "KILL", $child if defined $child;
