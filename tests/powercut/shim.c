// Records what a process does to the files below a folder, in the order it happens, so that a test can ask what a
// power cut at any point would have left of them. Loaded with LD_PRELOAD.
//
// POWER_CUT_FOLDER  only files whose path begins with this are recorded
// POWER_CUT_LOG     where the records go, one after another:
//                   kind (1 byte: W write, S sync, T truncate, U unlink), then in the machine's byte order three
//                   64-bit numbers: length of the path, offset or new size, length of the data; then path and data.
//
// An operation and its record happen under one lock: the log has them in an order in which they can have happened.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record_file = -1;
static const char *folder;
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    folder = getenv("POWER_CUT_FOLDER");
    const char *log = getenv("POWER_CUT_LOG");
    if (log && folder) record_file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
}

static int is_watched(const char *path) {
    return record_file >= 0 && !strncmp(path, folder, strlen(folder));
}

// Puts the path of an open file into `path` and says whether it is recorded.
static int watched(int file, char path[4096]) {
    char link[64];
    if (record_file < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, 4095);
    if (length < 0) return 0;
    path[length] = 0;
    return is_watched(path);
}

static void record(char kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    uint64_t numbers[3] = {strlen(path), offset, length};
    size_t size = 1 + sizeof numbers + numbers[0] + length;
    char *text = malloc(size), *end = text;
    if (!text) abort();
    *end++ = kind;
    end = (char *)memcpy(end, numbers, sizeof numbers) + sizeof numbers;
    end = (char *)memcpy(end, path, numbers[0]) + numbers[0];
    if (length) memcpy(end, data, length);
    // A record that is cut short would make the rest of the log mean something else.
    if (real_write(record_file, text, size) != (ssize_t)size) abort();
    free(text);
}

ssize_t write(int file, const void *data, size_t length) {
    char path[4096];
    if (!real_write || !watched(file, path)) return real_write ? real_write(file, data, length) : -1;
    pthread_mutex_lock(&lock);
    ssize_t written = real_write(file, data, length);
    if (written > 0) record('W', path, lseek(file, 0, SEEK_CUR) - written, data, written);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite64(int file, const void *data, size_t length, off_t offset) {
    char path[4096];
    if (!watched(file, path)) return real_pwrite(file, data, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t written = real_pwrite(file, data, length, offset);
    if (written > 0) record('W', path, offset, data, written);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return pwrite64(file, data, length, offset);
}

static int sync_with(int (*real)(int), int file) {
    char path[4096];
    if (!watched(file, path)) return real(file);
    pthread_mutex_lock(&lock);
    int result = real(file);
    if (!result) record('S', path, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int file) { return sync_with(real_fsync, file); }

int fdatasync(int file) { return sync_with(real_fdatasync, file); }

int ftruncate64(int file, off_t size) {
    char path[4096];
    if (!watched(file, path)) return real_ftruncate(file, size);
    pthread_mutex_lock(&lock);
    int result = real_ftruncate(file, size);
    if (!result) record('T', path, size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int unlink(const char *path) {
    if (!is_watched(path)) return real_unlink(path);
    pthread_mutex_lock(&lock);
    int result = real_unlink(path);
    if (!result) record('U', path, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}
