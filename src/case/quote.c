/* Documents that the user supplies, and the bytes of them that a case cites.
 *
 * A source such as "002:1203-1410; 002:1500-1510" names a document and the bytes [from, to) in
 * it. The document 002 is the one file of the folder whose name is 002, or begins with 002 and
 * then '_', '-' or '.'; where the views list its text and there is a file with it, that one. Where the views list it with length and hash it must be that text (645):
 * the same bytes of another one would be somebody's words by accident. Everything that the views cite is looked up when the documents are read,
 * so that a citation that leads nowhere (643) is told before hours of computing. Without
 * documents nothing is quoted: a case holds paraphrases only.
 */
#include "case/quote.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "store/file.h"

#define MAX_FOLDERS 32                /* in each other; deeper is a circle of links */
#define MOST_BYTES ((size_t)16 << 20) /* a document is a text for people */

/* ---- Citations ------------------------------------------------------------------------- */

bool dtn_citation_is_id_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
}

/* Digits at *at; at most 9, so that no number overflows. */
static bool read_number(const char **at, size_t *out)
{
    const char *p = *at;
    *out = 0;
    while (*p >= '0' && *p <= '9' && p - *at < 9)
        *out = *out * 10 + (size_t)(*p++ - '0');
    const bool is_number = p > *at && !(*p >= '0' && *p <= '9');
    *at = p;
    return is_number;
}

bool dtn_citation_next(const char **at, dtn_citation *out)
{
    for (const char *p = *at; *p != '\0';) {
        const char *id = p;
        while (dtn_citation_is_id_byte(*p))
            p++;
        if (p == id) {
            p++;
            continue;
        }
        const size_t n = (size_t)(p - id);
        if (*p != ':')
            continue;
        p++;
        dtn_citation found = {.id = id, .n_id = n};
        if (!read_number(&p, &found.from) || *p != '-')
            continue;
        p++;
        if (!read_number(&p, &found.to))
            continue;
        *out = found;
        *at = p;
        return true;
    }
    *at += strlen(*at);
    return false;
}

/* ---- The text that was cited --------------------------------------------------------------- */

const dtn_cited_text *dtn_cited_text_of(const dtn_case *c, const char *id)
{
    for (size_t i = 0; i < c->n_text; i++)
        if (strcmp(c->texts[i].id, id) == 0)
            return &c->texts[i];
    return NULL;
}

bool dtn_cited_text_is(const dtn_cited_text *listed, const char *text, size_t n)
{
    char hash[33];
    dtn_hash128_hex(text, n, hash);
    return (double)n == listed->n_byte && strcmp(hash, listed->xxh3) == 0;
}

bool dtn_cited_text_check(const dtn_cited_text *listed, const char *path, const char *text,
                          size_t n, dtn_diags *diags)
{
    char hash[33], hint[256];
    if (dtn_cited_text_is(listed, text, n))
        return true;
    dtn_hash128_hex(text, n, hash);
    (void)snprintf(
        hint, sizeof hint,
        "supply the text as it was; or correct the cited bytes to this one and list it as "
        "{id: \"%s\", bytes: %zu, xxh3: \"%s\"}",
        listed->id, n, hash);
    dtn_diags_add(diags, 645, listed->pos, hint,
                  "%s is not the text of %s that the views were written from (%zu bytes; that had "
                  "%.0f): nothing is quoted from it",
                  path, listed->id, n, listed->n_byte);
    return false;
}

static bool has_text(dtn_documents *docs, const char *path, const dtn_cited_text *listed)
{
    dtn_diags unread; /* a file that cannot be read is not the one */
    size_t n = 0;
    dtn_diags_init(&unread);
    const bool is_same = dtn_file_read(path, MOST_BYTES, &docs->heap, &n, &unread) == DTN_OK &&
                         dtn_cited_text_is(listed, docs->heap, n);
    dtn_free(docs->heap);
    docs->heap = NULL;
    dtn_diags_free(&unread);
    return is_same;
}

/* ---- Files -------------------------------------------------------------------------------- */

static bool is_file_of(const char *file, const dtn_citation *c)
{
    return strncmp(file, c->id, c->n_id) == 0 && strchr("_-.", file[c->n_id]) != NULL;
}

static size_t count_in(const char *source, const dtn_citation *of)
{
    size_t n = 0;
    dtn_citation c;
    for (const char *at = source ? source : ""; dtn_citation_next(&at, &c);)
        n += c.n_id == of->n_id && strncmp(c.id, of->id, c.n_id) == 0;
    return n;
}

/* How often the case's views cite the document. */
static size_t count_citations(const dtn_case *c, const dtn_citation *of)
{
    size_t n = 0;
    for (size_t v = 0; v < c->n_view; v++) {
        n += count_in(c->views[v].recommends.source, of);
        for (size_t i = 0; i < c->views[v].n_stance; i++)
            n += count_in(c->views[v].stances[i].source, of);
    }
    return n;
}

/* The file with the listed text, whatever its name, by its path below the folder; in order of names. NULL: there is none. */
static const char *find_text(dtn_documents *docs, const dtn_cited_text *listed, const char *below,
                             int depth)
{
    struct dirent **entries = NULL;
    const char *folder = dtn_arena_printf(&docs->arena, "%s/%s", docs->folder, below);
    const int n = depth < MAX_FOLDERS ? scandir(folder, &entries, NULL, alphasort) : -1;
    const char *found = NULL;
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        struct stat info;
        const char *path = dtn_arena_printf(&docs->arena, "%s%s%s", below, *below ? "/" : "", name);
        const char *whole = dtn_arena_printf(&docs->arena, "%s/%s", docs->folder, path);
        if (!found && name[0] != '.' && stat(whole, &info) == 0) {
            if (S_ISDIR(info.st_mode))
                found = find_text(docs, listed, path, depth + 1);
            else if ((double)info.st_size == listed->n_byte && has_text(docs, whole, listed))
                found = path;
        }
        free(entries[i]);
    }
    free(entries);
    return found;
}

/* The name of the document's file, NULL with a diagnostic unless there is exactly one. */
static const char *find_file(dtn_documents *docs, const dtn_case *of, const dtn_citation *c,
                             dtn_pos pos, dtn_diags *diags)
{
    const char *id = dtn_arena_strndup(&docs->arena, c->id, c->n_id);
    const dtn_cited_text *listed = dtn_cited_text_of(of, id);
    const char *same = listed ? find_text(docs, listed, "", 0) : NULL;
    if (same)
        return same;
    DIR *dir = opendir(docs->folder);
    char found[sizeof((struct dirent){0}.d_name)] = "";
    size_t n = 0;
    if (dir) {
        for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
            if (!is_file_of(entry->d_name, c))
                continue;
            n++;
            memcpy(found, entry->d_name, strlen(entry->d_name) + 1);
        }
        (void)closedir(dir);
    }
    if (n == 1)
        return dtn_arena_strdup(&docs->arena, found);
    dtn_diags_add(diags, 643, pos,
                  "the document's file begins with its id, then '_', '-', '.' or nothing",
                  "%s of the document %.*s in %s; times it is cited: %zu",
                  n == 0 ? "there is no file" : "there are files", (int)c->n_id, c->id,
                  docs->folder, count_citations(of, c));
    return NULL;
}

static const dtn_cited_document *find_document(const dtn_documents *docs, const dtn_citation *c)
{
    for (size_t i = 0; i < docs->n; i++)
        if (strlen(docs->items[i].id) == c->n_id && strncmp(docs->items[i].id, c->id, c->n_id) == 0)
            return &docs->items[i];
    return NULL;
}

static const dtn_cited_document *load(dtn_documents *docs, const dtn_case *c,
                                      const dtn_citation *cited, dtn_pos pos, dtn_diags *diags)
{
    dtn_cited_document doc = {.id = dtn_arena_strndup(&docs->arena, cited->id, cited->n_id)};
    const char *name = find_file(docs, c, cited, pos, diags);
    if (!name) { /* said once */
        doc.is_changed = true;
        DTN_PUSH(&docs->arena, docs->items, docs->n, docs->cap, doc);
        return NULL;
    }
    const char *path = dtn_arena_printf(&docs->arena, "%s/%s", docs->folder, name);
    if (dtn_file_read(path, MOST_BYTES, &docs->heap, &doc.n, diags) != DTN_OK)
        return NULL;
    doc.text = dtn_arena_strndup(&docs->arena, docs->heap, doc.n);
    dtn_free(docs->heap);
    docs->heap = NULL;
    const dtn_cited_text *listed = dtn_cited_text_of(c, doc.id);
    doc.is_changed = listed && !dtn_cited_text_check(listed, path, doc.text, doc.n, diags);
    dtn_hash128_hex(doc.text, doc.n, doc.hash);
    DTN_PUSH(&docs->arena, docs->items, docs->n, docs->cap, doc);
    return &docs->items[docs->n - 1];
}

/* ---- Text ---------------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character at p, 0 if it is none, is cut, or is no text. */
static size_t character(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return p[0] >= 0x20 || p[0] == '\t' || p[0] == '\n' || p[0] == '\r';
    const size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
        (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return length;
}

static bool is_text(const char *text, size_t n)
{
    size_t step = 1;
    for (size_t i = 0; i < n; i += step) {
        step = character((const unsigned char *)text + i, n - i);
        if (step == 0)
            return false;
    }
    return true;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static void check_citation(dtn_documents *docs, const dtn_case *of, const dtn_citation *c,
                           dtn_pos pos, dtn_diags *diags)
{
    const dtn_cited_document *doc = find_document(docs, c);
    if (!doc)
        doc = load(docs, of, c, pos, diags);
    if (!doc || doc->is_changed) /* said once; its bytes mean nothing */
        return;
    if (c->from >= c->to || c->to > doc->n)
        dtn_diags_add(diags, 643, pos, "correct the bytes, or supply the text that was cited",
                      "%.*s:%zu-%zu is outside the document, which has %zu bytes", (int)c->n_id,
                      c->id, c->from, c->to, doc->n);
    else if (!is_text(doc->text + c->from, c->to - c->from))
        dtn_diags_add(diags, 643, pos, "begin and end with a whole character of a text in UTF-8",
                      "the bytes %.*s:%zu-%zu are not text", (int)c->n_id, c->id, c->from, c->to);
}

static void check_source(dtn_documents *docs, const dtn_case *of, const char *source, dtn_pos pos,
                         dtn_diags *diags)
{
    dtn_citation c;
    for (const char *at = source ? source : ""; dtn_citation_next(&at, &c);)
        check_citation(docs, of, &c, pos, diags);
}

static dtn_status read_guarded(dtn_documents *docs, const dtn_case *c, dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    if (DTN_ARENA_GUARD(&docs->arena))
        return DTN_E_MEMORY;
    for (size_t v = 0; v < c->n_view; v++) {
        dtn_pos pos = c->views[v].pos;
        check_source(docs, c, c->views[v].recommends.source, pos, diags);
        for (size_t i = 0; i < c->views[v].n_stance; i++)
            check_source(docs, c, c->views[v].stances[i].source, c->views[v].stances[i].pos, diags);
    }
    return diags->n_error > n_error ? DTN_E_INPUT : DTN_OK;
}

dtn_status dtn_documents_read(dtn_documents *docs, const dtn_case *c, const char *folder,
                              dtn_diags *diags)
{
    memset(docs, 0, sizeof *docs);
    dtn_arena_init(&docs->arena);
    docs->folder = folder;
    const dtn_status status = read_guarded(docs, c, diags);
    dtn_free(docs->heap);
    docs->heap = NULL;
    if (status != DTN_OK)
        dtn_documents_free(docs);
    return status;
}

void dtn_documents_free(dtn_documents *docs)
{
    dtn_arena_free(&docs->arena);
    memset(docs, 0, sizeof *docs);
}

const char *dtn_documents_quote(const dtn_documents *docs, const dtn_citation *c, size_t *n)
{
    const dtn_cited_document *doc = docs ? find_document(docs, c) : NULL;
    if (!doc || c->from >= c->to || c->to > doc->n)
        return NULL;
    *n = c->to - c->from;
    return doc->text + c->from;
}
