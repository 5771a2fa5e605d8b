/* Numbers, hashes, whole files and a string map.
 *
 * Numbers are checked against a plain grammar first (sign, digits, point, exponent; no
 * hexadecimal, no "inf" or "nan", no separators) and then given to the C library in
 * the C locale, which rounds correctly. Most are written by integer arithmetic (shortest.c); for the others
 * writing tries 15, 16 and 17 digits and keeps the first that reads back the same: a value that has a form
 * of up to 15 digits is found by the first try. Below the normal range, where fewer digits can
 * suffice, every length is tried.
 * Hashes are XXH3 (github.com/Cyan4973/xxHash), equal on every machine.
 * Names are in name.c.
 */
#include "base/inputs.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/locale.h"
#include "base/shortest.h"

static size_t count_digits(const char *text, size_t n, size_t from)
{
    size_t i = from;
    while (i < n && text[i] >= '0' && text[i] <= '9')
        i++;
    return i - from;
}

static bool is_number(const char *text, size_t n)
{
    size_t i = n && (text[0] == '+' || text[0] == '-');
    size_t whole = count_digits(text, n, i), part = 0;
    i += whole;
    if (i < n && text[i] == '.') {
        part = count_digits(text, n, i + 1);
        i += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (i < n && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        i += i < n && (text[i] == '+' || text[i] == '-');
        size_t digits = count_digits(text, n, i);
        if (digits == 0)
            return false;
        i += digits;
    }
    return i == n;
}

bool dtn_text_to_double(const char *text, size_t n, double *out)
{
    char small[128], *buffer = small;
    if (!is_number(text, n))
        return false;
    if (n >= sizeof small) {
        buffer = dtn_alloc(n + 1);
        if (!buffer)
            return false;
    }
    memcpy(buffer, text, n);
    buffer[n] = '\0';
    double value = dtn_strtod_c(buffer, NULL);
    if (buffer != small)
        dtn_free(buffer);
    if (!isfinite(value))
        return false; /* 1e999: silently infinite would surprise later */
    *out = value;
    return true;
}

/* "1e+07" -> "1e7", "1.5e-05" -> "1.5e-5". */
static size_t tidy_exponent(char *text)
{
    char *e = strchr(text, 'e');
    if (!e)
        return strlen(text);
    char *to = e + 1, *from = e + 1;
    if (*from == '-')
        *to++ = *from++;
    else if (*from == '+')
        from++;
    while (*from == '0' && from[1])
        from++;
    while (*from)
        *to++ = *from++;
    *to = '\0';
    return (size_t)(to - text);
}

static size_t write_word(const char *word, char out[DTN_DOUBLE_MAX_TEXT])
{
    return (size_t)(stpcpy(out, word) - out);
}

static size_t write_integer(int64_t value, char out[DTN_DOUBLE_MAX_TEXT])
{
    char digits[24];
    size_t n = 0, at = 0;
    uint64_t left = value < 0 ? (uint64_t)-value : (uint64_t)value;
    do {
        digits[n++] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (value < 0)
        out[at++] = '-';
    while (n)
        out[at++] = digits[--n];
    out[at] = '\0';
    return at;
}

size_t dtn_tried_text(double value, char out[DTN_DOUBLE_MAX_TEXT])
{
    for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits < 17; digits++) {
        dtn_snprintf_c(out, DTN_DOUBLE_MAX_TEXT, "%.*g", digits, value);
        if (dtn_strtod_c(out, NULL) == value)
            return tidy_exponent(out);
    }
    dtn_snprintf_c(out, DTN_DOUBLE_MAX_TEXT, "%.17g", value);
    return tidy_exponent(out);
}

size_t dtn_double_to_text(double value, char out[DTN_DOUBLE_MAX_TEXT])
{
    if (isnan(value))
        return write_word("nan", out);
    if (isinf(value))
        return write_word(value > 0 ? "inf" : "-inf", out);
    if (fabs(value) < 1e15 && value == (double)(int64_t)value)
        return write_integer((int64_t)value, out);
    const size_t n = dtn_shortest_text(value, out);
    return n > 0 ? n : dtn_tried_text(value, out);
}

size_t dtn_join(char *out, size_t cap, const char *const *texts)
{
    size_t whole = 0, at = 0;
    for (; *texts; texts++) {
        const size_t n = strlen(*texts), put = n < cap - 1 - at ? n : cap - 1 - at;
        memcpy(out + at, *texts, put);
        at += put;
        whole += n;
    }
    out[at] = '\0';
    return whole;
}

uint64_t dtn_hash64(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}

void dtn_hash128_hex(const void *bytes, size_t n, char out[33])
{
    static const char hex[] = "0123456789abcdef";
    XXH128_canonical_t canonical; /* big-endian on every machine */
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, n));
    for (size_t i = 0; i < 16; i++) {
        out[2 * i] = hex[canonical.digest[i] >> 4];
        out[2 * i + 1] = hex[canonical.digest[i] & 15];
    }
    out[32] = '\0';
}

dtn_status dtn_cannot_read(const char *path, int error, dtn_diags *diags)
{
    char buffer[128];
    struct stat info;
    const char *hint = "check the path and the permissions";
    if (error == ELOOP || (error == ENOENT && lstat(path, &info) == 0 && S_ISLNK(info.st_mode)))
        hint = "it is a link that leads nowhere (ls -l shows where to); mend it or leave it out";
    else if (error == ENOENT)
        hint = "check the spelling of the path; it is relative to the current folder";
    else if (error == EISDIR)
        hint = "name a file inside the folder";
    else if (error == EACCES)
        hint = "ask for permission to read it (ls -l shows who may)";
    dtn_diags_add(diags, 701, (dtn_pos){path, 0, 0}, hint, "cannot read: %s",
                  strerror_r(error, buffer, sizeof buffer));
    return DTN_E_IO;
}

static dtn_status too_large(const char *path, size_t max_bytes, dtn_diags *diags)
{
    dtn_diags_add(diags, 704, (dtn_pos){path, 0, 0},
                  "split the file, or check that it is the one meant",
                  "larger than the limit of %zu bytes", max_bytes);
    return DTN_E_IO;
}

/* Reads to the end; pipes have no size, so the buffer grows as needed. One byte more
 * than the limit is asked for, to tell "at the limit" from "above". */
static dtn_status read_all(int fd, const char *path, size_t max_bytes, size_t cap, char **out,
                           size_t *n, dtn_diags *diags)
{
    char *text = dtn_alloc(cap + 1);
    dtn_status status = text ? DTN_OK : DTN_E_MEMORY;
    size_t used = 0;
    while (status == DTN_OK) {
        if (used == cap) {
            char *bigger = dtn_realloc(text, cap * 2 + 1);
            if (!bigger) {
                status = DTN_E_MEMORY;
                break;
            }
            text = bigger;
            cap *= 2;
        }
        ssize_t got = read(fd, text + used, cap - used);
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = dtn_cannot_read(path, errno, diags);
        else if ((used += (size_t)got) > max_bytes)
            status = too_large(path, max_bytes, diags);
    }
    if (status != DTN_OK) {
        dtn_free(text);
        return status;
    }
    text[used] = '\0';
    *out = text;
    *n = used;
    return DTN_OK;
}

dtn_status dtn_file_read(const char *path, size_t max_bytes, char **out, size_t *n,
                         dtn_diags *diags)
{
    struct stat info;
    dtn_status status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return dtn_cannot_read(path, errno, diags);
    if (fstat(fd, &info) != 0)
        status = dtn_cannot_read(path, errno, diags);
    else if (S_ISDIR(info.st_mode))
        status = dtn_cannot_read(path, EISDIR, diags);
    else if (S_ISREG(info.st_mode) && (uintmax_t)info.st_size > max_bytes)
        status = too_large(path, max_bytes, diags);
    else if ((status = dtn_inputs_add(diags, fd)) == DTN_OK)
        status = read_all(fd, path, max_bytes,
                          S_ISREG(info.st_mode) ? (size_t)info.st_size + 1 : 65536, out, n, diags);
    close(fd);
    return status;
}

/* ---- string map: open addressing, linear probing, at most half full ----
 *
 * Most questions are about keys that are not there, and the slots of a large map lie far from each other: so
 * a bit for each key's hash is asked first, of MARKS bits a slot, which are few enough to stay near. A key
 * whose bit is not set is not there. */

#define MARKS 4 /* a slot: at half full, one question in eight goes on to the slots for nothing */

struct dtn_map_slot {
    const char *key; /* NULL: free */
    uint64_t hash;
    uint32_t value;
};

static uint64_t mark_of(uint64_t hash) { return (uint64_t)1 << (hash >> 58); }

static size_t word_of_marks(size_t cap, uint64_t hash)
{
    return (size_t)(hash >> 32) & (cap * MARKS / 64 - 1);
}

static struct dtn_map_slot *find_slot(struct dtn_map_slot *slots, size_t cap, const char *key,
                                      uint64_t hash)
{
    size_t i = (size_t)hash & (cap - 1);
    while (slots[i].key && (slots[i].hash != hash || strcmp(slots[i].key, key) != 0))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static void grow_map(dtn_map *map, dtn_arena *arena)
{
    size_t cap = map->cap ? map->cap * 2 : 16;
    struct dtn_map_slot *slots = DTN_NEW_N(arena, struct dtn_map_slot, cap);
    uint64_t *marks = DTN_NEW_N(arena, uint64_t, cap * MARKS / 64);
    for (size_t i = 0; i < map->cap; i++) {
        if (!map->slots[i].key)
            continue;
        *find_slot(slots, cap, map->slots[i].key, map->slots[i].hash) = map->slots[i];
        marks[word_of_marks(cap, map->slots[i].hash)] |= mark_of(map->slots[i].hash);
    }
    map->slots = slots;
    map->marks = marks;
    map->cap = cap;
}

void dtn_map_set(dtn_map *map, dtn_arena *arena, const char *key, uint32_t value)
{
    if ((map->n + 1) * 2 > map->cap)
        grow_map(map, arena);
    uint64_t hash = dtn_hash64(key, strlen(key), 0);
    struct dtn_map_slot *slot = find_slot(map->slots, map->cap, key, hash);
    if (!slot->key) {
        slot->key = key;
        slot->hash = hash;
        map->marks[word_of_marks(map->cap, hash)] |= mark_of(hash);
        map->n++;
    }
    slot->value = value;
}

uint32_t dtn_map_get(const dtn_map *map, const char *key)
{
    if (map->n == 0)
        return DTN_MAP_NONE;
    const uint64_t hash = dtn_hash64(key, strlen(key), 0);
    if (!(map->marks[word_of_marks(map->cap, hash)] & mark_of(hash)))
        return DTN_MAP_NONE;
    const struct dtn_map_slot *slot = find_slot(map->slots, map->cap, key, hash);
    return slot->key ? slot->value : DTN_MAP_NONE;
}
