/* NetCDF, classic format with 64-bit data (CDF-5): "The NetCDF Classic Format Specification", Unidata.
 *
 *   magic  number of records  dimensions  attributes  variables | fixed variables | record 0 | record 1 ...
 *   4      8 bytes
 *
 * Everything is big-endian; names and texts are padded to 4 bytes. A record has one slab of each variable
 * of records. An append writes the records and then, by a write of 8 bytes, their number: whatever moment
 * the process is killed at, the file opens and its number counts whole records. (After a power cut the number
 * may have reached the disk before the records; the finished file is synced.) The magic bytes come last when
 * a file is begun, so that half a header is none.
 *
 * Why not libnetcdf: docs/decisions/0011-netcdf.md. tests/unit/test_netcdf.c reads the files by it.
 */
#include "store/netcdf.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TAG_DIMENSION = 10,
    TAG_VARIABLE = 11,
    TAG_ATTRIBUTE = 12,
    MAGIC_BYTES = 4,
    COUNT_BYTES = 8
};

/* ---- Values ---------------------------------------------------------------------------- */

void dtn_nc_put_doubles(unsigned char *out, size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits = htobe64(bits);
        memcpy(out + i * sizeof bits, &bits, sizeof bits);
    }
}

void dtn_nc_put_int(unsigned char *out, int32_t x)
{
    const uint32_t bits = htobe32((uint32_t)x);
    memcpy(out, &bits, sizeof bits);
}

void dtn_nc_put_int64(unsigned char *out, int64_t x)
{
    const uint64_t bits = htobe64((uint64_t)x);
    memcpy(out, &bits, sizeof bits);
}

int32_t dtn_nc_get_int(const unsigned char *at)
{
    uint32_t bits;
    memcpy(&bits, at, sizeof bits);
    return (int32_t)be32toh(bits);
}

/* ---- The header ------------------------------------------------------------------------- */

typedef struct text {
    dtn_arena *arena;
    unsigned char *bytes;
    size_t n, cap;
} text;

static unsigned char *add(text *t, size_t n)
{
    while (t->n + n > t->cap)
        t->bytes = dtn_arena_grow(t->arena, t->bytes, t->n, &t->cap, 1);
    memset(t->bytes + t->n, 0, n);
    t->n += n;
    return t->bytes + t->n - n;
}

static void add_int(text *t, int32_t x) { dtn_nc_put_int(add(t, 4), x); }
static void add_int64(text *t, uint64_t x) { dtn_nc_put_int64(add(t, 8), (int64_t)x); }
static size_t padded(size_t n) { return (n + 3) / 4 * 4; }

static void add_text(text *t, const char *words)
{
    const size_t n = strlen(words);
    add_int64(t, n);
    memcpy(add(t, padded(n)), words, n);
}

static void add_list(text *t, int tag, size_t n)
{
    add_int(t, n > 0 ? tag : 0);
    add_int64(t, n);
}

static void add_attrs(text *t, size_t n, const dtn_nc_attr *attrs)
{
    add_list(t, TAG_ATTRIBUTE, n);
    for (size_t i = 0; i < n; i++) {
        add_text(t, attrs[i].name);
        add_int(t, attrs[i].text ? DTN_NC_CHAR : DTN_NC_INT64);
        if (attrs[i].text) {
            add_text(t, attrs[i].text);
            continue;
        }
        const int64_t *numbers = attrs[i].numbers ? attrs[i].numbers : &attrs[i].number;
        const size_t n_number = attrs[i].numbers ? attrs[i].n_number : 1;
        add_int64(t, n_number);
        for (size_t k = 0; k < n_number; k++)
            add_int64(t, (uint64_t)numbers[k]);
    }
}

static size_t size_of(dtn_nc_type type)
{
    switch (type) {
    case DTN_NC_CHAR: return 1;
    case DTN_NC_INT: return 4;
    case DTN_NC_DOUBLE:
    case DTN_NC_INT64: break;
    }
    return 8;
}

static bool is_of_records(const dtn_nc_schema *s, const dtn_nc_var *v)
{
    return v->n_dim > 0 && s->dims[v->dims[0]].n == 0;
}

/* Values of a variable, of a record of it. */
static size_t count_values(const dtn_nc_schema *s, const dtn_nc_var *v)
{
    size_t n = 1;
    for (uint32_t i = is_of_records(s, v); i < v->n_dim; i++)
        n *= (size_t)s->dims[v->dims[i]].n;
    return n;
}

static size_t slab_bytes(const dtn_nc_schema *s, const dtn_nc_var *v)
{
    return padded(count_values(s, v) * size_of(v->type));
}

/* The variables' entries, with their places where fixed data begin at `at` and records behind them. */
static void add_vars(text *t, const dtn_nc_schema *s, size_t at)
{
    size_t record = at;
    for (size_t i = 0; i < s->n_var; i++)
        record += is_of_records(s, &s->vars[i]) ? 0 : slab_bytes(s, &s->vars[i]);
    add_list(t, TAG_VARIABLE, s->n_var);
    for (size_t i = 0; i < s->n_var; i++) {
        const dtn_nc_var *v = &s->vars[i];
        size_t *place = is_of_records(s, v) ? &record : &at;
        add_text(t, v->name);
        add_int64(t, v->n_dim);
        for (uint32_t k = 0; k < v->n_dim; k++)
            add_int64(t, v->dims[k]);
        add_attrs(t, v->n_attr, v->attrs);
        add_int(t, v->type);
        add_int64(t, slab_bytes(s, v));
        add_int64(t, *place);
        *place += slab_bytes(s, v);
    }
}

static void add_values(text *t, const dtn_nc_schema *s, const dtn_nc_var *v)
{
    const size_t n = count_values(s, v);
    unsigned char *to = add(t, slab_bytes(s, v));
    switch (v->type) {
    case DTN_NC_CHAR: memcpy(to, v->values, n); break;
    case DTN_NC_DOUBLE: dtn_nc_put_doubles(to, n, v->values); break;
    case DTN_NC_INT:
        for (size_t i = 0; i < n; i++)
            dtn_nc_put_int(to + 4 * i, ((const int32_t *)v->values)[i]);
        break;
    case DTN_NC_INT64:
        for (size_t i = 0; i < n; i++)
            dtn_nc_put_int64(to + 8 * i, ((const int64_t *)v->values)[i]);
        break;
    }
}

const unsigned char *dtn_nc_header(dtn_arena *arena, const dtn_nc_schema *schema, size_t *n,
                                   size_t *record_bytes)
{
    text t = {.arena = arena}, vars = {.arena = arena};
    *record_bytes = 0;
    memcpy(add(&t, MAGIC_BYTES), "CDF\5", MAGIC_BYTES);
    add_int64(&t, 0);
    add_list(&t, TAG_DIMENSION, schema->n_dim);
    for (size_t i = 0; i < schema->n_dim; i++) {
        add_text(&t, schema->dims[i].name);
        add_int64(&t, schema->dims[i].n);
    }
    add_attrs(&t, schema->n_attr, schema->attrs);
    add_vars(&vars, schema, 0); /* for its length: places have a fixed one */
    add_vars(&t, schema, t.n + vars.n);
    for (size_t i = 0; i < schema->n_var; i++) {
        const dtn_nc_var *v = &schema->vars[i];
        if (is_of_records(schema, v))
            *record_bytes += slab_bytes(schema, v);
        else
            add_values(&t, schema, v);
    }
    *n = t.n;
    return t.bytes;
}

/* ---- Files ------------------------------------------------------------------------------- */

static int descriptor(const dtn_nc_file *f) { return fileno(f->out.file); }

static int write_at(int fd, const unsigned char *bytes, size_t n, uint64_t at)
{
    while (n > 0) {
        const ssize_t done = pwrite(fd, bytes, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 ? errno : EIO;
        bytes += done;
        at += (uint64_t)done;
        n -= (size_t)done;
    }
    return 0;
}

static bool read_at(int fd, unsigned char *bytes, size_t n, uint64_t at)
{
    while (n > 0) {
        const ssize_t done = pread(fd, bytes, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        at += (uint64_t)done;
        n -= (size_t)done;
    }
    return true;
}

typedef enum part_kind { PART_NONE, PART_OURS, PART_ANOTHERS } part_kind;

/* What is in the file, and its records if it is ours. The magic is written last, so a file without it holds
 * nothing yet. */
static part_kind look_at_part(dtn_nc_file *f, const unsigned char *header)
{
    unsigned char *mine = dtn_alloc(f->header_bytes);
    const int fd = descriptor(f);
    const size_t rest = MAGIC_BYTES + COUNT_BYTES;
    struct stat info = {0};
    part_kind kind = PART_ANOTHERS;
    uint64_t n = 0;
    if (fstat(fd, &info) == 0 && info.st_size == 0)
        kind = PART_NONE;
    else if (mine && read_at(fd, mine, 1, 0) && mine[0] == 0)
        kind = PART_NONE;
    else if (mine && read_at(fd, mine, f->header_bytes, 0) &&
             memcmp(mine, header, MAGIC_BYTES) == 0 &&
             memcmp(mine + rest, header + rest, f->header_bytes - rest) == 0)
        kind = PART_OURS;
    if (kind == PART_OURS) {
        memcpy(&n, mine + MAGIC_BYTES, sizeof n);
        n = be64toh(n);
        const uint64_t there = ((uint64_t)info.st_size - f->header_bytes) / f->record_bytes;
        f->n_record = n < there ? n : there;
    }
    dtn_free(mine);
    return kind;
}

static int begin(const dtn_nc_file *f, const unsigned char *header)
{
    const int fd = descriptor(f);
    int error = ftruncate(fd, 0) == 0 ? 0 : errno;
    if (!error)
        error = write_at(fd, header + MAGIC_BYTES, f->header_bytes - MAGIC_BYTES, MAGIC_BYTES);
    return error ? error : write_at(fd, header, MAGIC_BYTES, 0);
}

dtn_status dtn_nc_open(dtn_nc_file *file, const char *path, const unsigned char *header, size_t n,
                       size_t record_bytes, bool resume, dtn_diags *diags)
{
    *file = (dtn_nc_file){.header_bytes = n, .record_bytes = record_bytes};
    dtn_status status = dtn_out_open_part(&file->out, path, resume, diags);
    if (status != DTN_OK)
        return status;
    const part_kind kind = resume ? look_at_part(file, header) : PART_NONE;
    if (kind == PART_ANOTHERS)
        return dtn_out_refuse_part(&file->out, "", diags);
    if (kind == PART_NONE)
        file->error = begin(file, header);
    return DTN_OK;
}

void dtn_nc_append(dtn_nc_file *file, uint64_t n, const unsigned char *records)
{
    unsigned char count[COUNT_BYTES];
    const uint64_t at = file->header_bytes + file->n_record * file->record_bytes;
    if (!file->error)
        file->error = write_at(descriptor(file), records, (size_t)n * file->record_bytes, at);
    if (file->error)
        return;
    dtn_nc_put_int64(count, (int64_t)(file->n_record + n));
    file->error = write_at(descriptor(file), count, sizeof count, MAGIC_BYTES);
    file->n_record += file->error ? 0 : n;
}

dtn_status dtn_nc_read(const dtn_nc_file *file, uint64_t i, size_t offset, size_t n,
                       unsigned char *out)
{
    const uint64_t at = file->header_bytes + i * file->record_bytes + offset;
    return read_at(descriptor(file), out, n, at) ? DTN_OK : DTN_E_IO;
}

dtn_status dtn_nc_commit(dtn_nc_file *file, dtn_diags *diags)
{
    const uint64_t size = file->header_bytes + file->n_record * file->record_bytes;
    if (!file->error &&
        ftruncate(descriptor(file), (off_t)size) != 0) /* what a killed append left */
        file->error = errno;
    if (file->error) {
        const dtn_status status = dtn_store_cannot_write(file->out.path, file->error, diags);
        dtn_out_leave(&file->out);
        return status;
    }
    return dtn_out_commit(&file->out, diags);
}

void dtn_nc_leave(dtn_nc_file *file) { dtn_out_leave(&file->out); }
