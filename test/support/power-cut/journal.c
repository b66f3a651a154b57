/*
 * Preloaded into a process, writes a journal of what it changes in files below POWER_CUT_ROOT, from which
 * `replay.ts` builds the disk as a power cut could have left it. Each entry is written after the call that it is
 * about, except the beginning of a flush: a write counts as flushed only if it was over when the flush began.
 *
 * Entry: type (1 byte) · inode (8) · number (8) · length (4) · that many bytes; little-endian.
 *   C created, N opened: path.  W write at the offset `number`: its bytes.  T truncated to `number`.
 *   B flush `number` begins, E has ended without an error; the byte says whether the descriptor can write.
 *   R renamed: both paths with a zero byte between.  U unlinked: path.
 * The map of SQLite's shared memory (-shm) is not flushed and not in it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MAX_FD 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static int journal = -1;
static uint64_t flushes;
static char tracked[MAX_FD];

__attribute__((constructor)) static void begin(void) {
  char path[PATH_MAX];
  root = getenv("POWER_CUT_ROOT");
  const char *prefix = getenv("POWER_CUT_JOURNAL");
  if (!root || !prefix) return;
  snprintf(path, sizeof path, "%s.%d", prefix, getpid());
  journal = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int below(const char *path) { return journal >= 0 && strncmp(path, root, strlen(root)) == 0; }
static int is_tracked(int fd) { return fd >= 0 && fd < MAX_FD && tracked[fd]; }

static uint64_t inode_of(int fd) {
  struct stat entry;
  return fstat(fd, &entry) == 0 ? entry.st_ino : 0;
}

static void note(char type, uint64_t inode, uint64_t number, const void *bytes, uint32_t length) {
  char head[21];
  head[0] = type;
  memcpy(head + 1, &inode, 8);
  memcpy(head + 9, &number, 8);
  memcpy(head + 17, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  int kept = errno;
  pthread_mutex_lock(&lock);
  if (REAL(writev)(journal, parts, 2) < 0) abort();
  pthread_mutex_unlock(&lock);
  errno = kept;
}

static int opened(int fd, const char *path, int was_there, int flags) {
  if (fd < 0 || fd >= MAX_FD) return fd;
  tracked[fd] = below(path);
  if (!tracked[fd]) return fd;
  note(was_there ? 'N' : 'C', inode_of(fd), 0, path, strlen(path));
  if (was_there && (flags & O_TRUNC)) note('T', inode_of(fd), 0, "", 0);
  return fd;
}

static int open_noted(const char *name, const char *path, int flags, mode_t mode) {
  int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
  int was_there = access(path, F_OK) == 0;
  return opened(real(path, flags, mode), path, was_there, flags);
}

#define OPEN(name)                                      \
  int name(const char *path, int flags, ...) {          \
    va_list rest;                                       \
    va_start(rest, flags);                              \
    mode_t mode = flags & O_CREAT ? va_arg(rest, int) : 0; \
    va_end(rest);                                       \
    return open_noted(#name, path, flags, mode);        \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = 0;
  return REAL(close)(fd);
}

static ssize_t written(int fd, ssize_t count, off_t offset, const void *bytes) {
  if (count > 0 && is_tracked(fd)) note('W', inode_of(fd), offset, bytes, count);
  return count;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  ssize_t count = REAL(write)(fd, bytes, length);
  return is_tracked(fd) ? written(fd, count, lseek(fd, 0, SEEK_CUR) - count, bytes) : count;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  return written(fd, REAL(pwrite)(fd, bytes, length, offset), offset, bytes);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return written(fd, REAL(pwrite64)(fd, bytes, length, offset), offset, bytes);
}

static ssize_t gathered(int fd, ssize_t count, off_t offset, const struct iovec *parts, int n) {
  ssize_t left = is_tracked(fd) ? count : 0;
  for (int at = 0; at < n && left > 0; at++) {
    ssize_t length = left < (ssize_t)parts[at].iov_len ? left : (ssize_t)parts[at].iov_len;
    written(fd, length, offset, parts[at].iov_base);
    offset += length;
    left -= length;
  }
  return count;
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
  ssize_t count = REAL(writev)(fd, parts, n);
  return is_tracked(fd) ? gathered(fd, count, lseek(fd, 0, SEEK_CUR) - count, parts, n) : count;
}
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t offset) {
  return gathered(fd, REAL(pwritev)(fd, parts, n, offset), offset, parts, n);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int n, off64_t offset) {
  return gathered(fd, REAL(pwritev64)(fd, parts, n, offset), offset, parts, n);
}

static int truncated(int fd, int result, off_t size) {
  if (result == 0 && is_tracked(fd)) note('T', inode_of(fd), size, "", 0);
  return result;
}
int ftruncate(int fd, off_t size) { return truncated(fd, REAL(ftruncate)(fd, size), size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, REAL(ftruncate64)(fd, size), size); }

static int flush(int fd, int (*real)(int)) {
  if (!is_tracked(fd)) return real(fd);
  uint64_t number = __sync_add_and_fetch(&flushes, 1);
  char writes = (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
  note('B', inode_of(fd), number, &writes, 1);
  int result = real(fd);
  if (result == 0) note('E', inode_of(fd), number, &writes, 1);
  return result;
}
int fsync(int fd) { return flush(fd, REAL(fsync)); }
int fdatasync(int fd) { return flush(fd, REAL(fdatasync)); }

int rename(const char *from, const char *to) {
  int result = REAL(rename)(from, to);
  char both[2 * PATH_MAX];
  size_t length = strlen(from) + 1;
  if (result != 0 || !below(to)) return result;
  memcpy(both, from, length);
  memcpy(both + length, to, strlen(to));
  note('R', 0, 0, both, length + strlen(to));
  return result;
}

int unlink(const char *path) {
  int result = REAL(unlink)(path);
  if (result == 0 && below(path)) note('U', 0, 0, path, strlen(path));
  return result;
}
