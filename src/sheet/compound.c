/* Compound files (MS-CFB): a file system of sectors in a file.
 *
 * Streams are chains of sectors through a table of next ones; small streams are chains of
 * 64-byte pieces in one large stream, the root's. A chain longer than the file has
 * sectors is a loop, so every walk ends. Nothing is trusted that an offset, a count or a size in
 * the file says before it was held against the file's own length.
 */
#include "sheet/compound.h"
#include "base/text.h"

#include <string.h>

#define HEADER 512
#define MINI 64
#define END 0xFFFFFFFAu /* this and above are no sectors: free, end of chain, tables */

typedef struct volume {
    const unsigned char *file;
    size_t n;
    uint32_t shift; /* of the sector size */
    uint32_t n_sector;
    uint32_t *tables; /* sectors that hold the table of next sectors */
    size_t n_table;
} volume;

static uint32_t u16(const unsigned char *p) { return p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32(const unsigned char *p) { return u16(p) | u16(p + 2) << 16; }

/* Sector k, all of it inside the file; NULL if it is not. */
static const unsigned char *sector(const volume *v, uint32_t k)
{
    return k < v->n_sector ? v->file + (((size_t)k + 1) << v->shift) : NULL;
}

/* The sector behind k in its chain; END where it ends or is broken. */
static uint32_t next(const volume *v, uint32_t k)
{
    uint32_t per = (1u << v->shift) / 4, t = k / per;
    const unsigned char *table = t < v->n_table ? sector(v, v->tables[t]) : NULL;
    return table ? u32(table + 4 * (size_t)(k % per)) : END;
}

/* A chain's bytes, at most `size`; SIZE_MAX: all. */
static dtn_compound read_chain(const volume *v, uint32_t first, size_t size, unsigned char **out,
                               size_t *n_out)
{
    size_t length = 0, wanted = 0;
    for (uint32_t k = first; k < END && wanted < size; k = next(v, k)) {
        if (!sector(v, k) || length++ > v->n_sector)
            return DTN_COMPOUND_BAD;
        wanted += (size_t)1 << v->shift;
    }
    if (size != SIZE_MAX && wanted < size)
        return DTN_COMPOUND_BAD;
    if (size != SIZE_MAX)
        wanted = size;
    unsigned char *bytes = dtn_alloc(wanted + 1);
    if (!bytes)
        return DTN_COMPOUND_MEMORY;
    size_t at = 0;
    for (uint32_t k = first; at < wanted; k = next(v, k)) {
        size_t piece = (size_t)1 << v->shift;
        if (piece > wanted - at)
            piece = wanted - at;
        memcpy(bytes + at, sector(v, k), piece);
        at += piece;
    }
    *out = bytes;
    *n_out = wanted;
    return DTN_COMPOUND_OK;
}

static dtn_compound find_tables(volume *v)
{
    uint32_t per = (1u << v->shift) / 4, k = u32(v->file + 0x44);
    size_t cap = v->n_sector / per + 2; /* more cannot be needed */
    v->tables = dtn_alloc(cap * sizeof *v->tables);
    if (!v->tables)
        return DTN_COMPOUND_MEMORY;
    for (size_t i = 0; i < 109 && v->n_table < cap; i++) {
        uint32_t table = u32(v->file + 0x4C + 4 * i);
        if (table < END)
            v->tables[v->n_table++] = table;
    }
    for (size_t turn = 0; k < END && turn <= v->n_sector; turn++) {
        const unsigned char *list = sector(v, k);
        if (!list)
            return DTN_COMPOUND_BAD;
        for (uint32_t i = 0; i + 1 < per && v->n_table < cap; i++)
            if (u32(list + 4 * (size_t)i) < END)
                v->tables[v->n_table++] = u32(list + 4 * (size_t)i);
        k = u32(list + 4 * (size_t)(per - 1));
    }
    return DTN_COMPOUND_OK;
}

/* ---- Streams --------------------------------------------------------------------- */

static char small(uint32_t c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : (char)c; }

/* Is the name of a directory entry this one? */
static bool is_named(const unsigned char *entry, const char *name)
{
    size_t n = u16(entry + 64), m = strlen(name);
    if (n != 2 * (m + 1) || n > 64)
        return false;
    for (size_t i = 0; i < m; i++)
        if (u16(entry + 2 * i) > 127 || small(u16(entry + 2 * i)) != small((unsigned char)name[i]))
            return false;
    return true;
}

/* A small stream: pieces of the root's stream, chained in a table of their own. */
static dtn_compound read_small(const volume *v, const unsigned char *root, uint32_t first,
                               size_t size, unsigned char **out, size_t *n_out)
{
    unsigned char *pieces = NULL, *table = NULL, *bytes = NULL;
    size_t n_piece = 0, n_table = 0, at = 0;
    dtn_compound result = read_chain(v, u32(root + 116), SIZE_MAX, &pieces, &n_piece);
    if (result == DTN_COMPOUND_OK)
        result = read_chain(v, u32(v->file + 0x3C), SIZE_MAX, &table, &n_table);
    if (result == DTN_COMPOUND_OK && !(bytes = dtn_alloc(size + 1)))
        result = DTN_COMPOUND_MEMORY;
    for (uint32_t k = first; result == DTN_COMPOUND_OK && at < size;) {
        size_t piece = size - at < MINI ? size - at : MINI;
        if (k >= END || (size_t)k * MINI + piece > n_piece || ((size_t)k + 1) * 4 > n_table) {
            result = DTN_COMPOUND_BAD;
            break;
        }
        memcpy(bytes + at, pieces + (size_t)k * MINI, piece);
        at += piece;
        k = u32(table + 4 * (size_t)k);
    }
    dtn_free(pieces);
    dtn_free(table);
    if (result != DTN_COMPOUND_OK) {
        dtn_free(bytes);
        return result;
    }
    *out = bytes;
    *n_out = size;
    return DTN_COMPOUND_OK;
}

static dtn_compound read_stream(const volume *v, const unsigned char *root,
                                const unsigned char *entry, unsigned char **out, size_t *n_out)
{
    size_t size = u32(entry + 120);
    if (size > v->n)
        return DTN_COMPOUND_BAD;
    if (size < u32(v->file + 0x38))
        return read_small(v, root, u32(entry + 116), size, out, n_out);
    return read_chain(v, u32(entry + 116), size, out, n_out);
}

static dtn_compound find_stream(const volume *v, const char *const *names, size_t n_name,
                                unsigned char **out, size_t *n_out)
{
    unsigned char *entries = NULL;
    size_t n = 0;
    dtn_compound result = read_chain(v, u32(v->file + 0x30), SIZE_MAX, &entries, &n);
    if (result != DTN_COMPOUND_OK)
        return result;
    result = n < 128 ? DTN_COMPOUND_BAD : DTN_COMPOUND_NONE;
    for (size_t k = 0; k < n_name && result == DTN_COMPOUND_NONE; k++)
        for (size_t at = 0; at + 128 <= n; at += 128)
            if (entries[at + 66] == 2 && is_named(entries + at, names[k])) {
                result = read_stream(v, entries, entries + at, out, n_out);
                break;
            }
    dtn_free(entries);
    return result;
}

dtn_compound dtn_compound_read(const unsigned char *file, size_t n, const char *const *names,
                               size_t n_name, unsigned char **out, size_t *n_out)
{
    volume v = {.file = file, .n = n};
    if (n < HEADER)
        return DTN_COMPOUND_BAD;
    v.shift = u16(file + 0x1E);
    if ((v.shift != 9 && v.shift != 12) || n >> v.shift < 2)
        return DTN_COMPOUND_BAD;
    v.n_sector = (uint32_t)((n >> v.shift) - 1);
    dtn_compound result = find_tables(&v);
    if (result == DTN_COMPOUND_OK)
        result = find_stream(&v, names, n_name, out, n_out);
    dtn_free(v.tables);
    return result;
}
