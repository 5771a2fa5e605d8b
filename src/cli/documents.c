/* Where a command's documents come from: files, folders, lines of JSON on standard input.
 *
 * Folders are walked in order of their names, so the order does not depend on the disk. A line
 * longer than a document may be is skipped to its end without being kept. Records name a file by
 * its path below the folder that was given, or by its own name.
 */
#include "cli/documents.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/dates.h"
#include "base/inputs.h"
#include "base/text.h"

#define BATCH_BYTES ((size_t)64 << 10) /* for each document: reports have a tenth of it */
#define PATIENCE ((size_t)1 << 16)     /* bytes between two looks at whether to stop */
#define MAX_LINE (2 * (size_t)DTN_TEXT_MAX_BYTES) /* JSON escapes make a text longer */
#define MAX_FOLDERS 32                            /* in each other */

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_document(const char *name)
{
    static const char *const endings[] = {".txt", ".html", ".htm", ".xhtml"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* Names go into JSON, which is UTF-8: what is not is written %XX, so that no two become one. */
static const char *as_utf8(dtn_cli *cli, const char *name)
{
    json_t *text = json_string(name);
    if (text) {
        json_decref(text);
        return name;
    }
    char *out = dtn_arena_alloc(&cli->arena, 3 * strlen(name) + 1), *to = out;
    for (; *name; name++)
        if ((unsigned char)*name < 0x80)
            *to++ = *name;
        else
            to += snprintf(to, 4, "%%%02X", (unsigned char)*name);
    *to = '\0';
    return out;
}

static dtn_status add_path(dtn_document_source *s, const char *path, const char *name)
{
    size_t n = s->n_path;
    DTN_PUSH(&s->cli->arena, s->names, n, s->cap_name, as_utf8(s->cli, name));
    DTN_PUSH(&s->cli->arena, s->paths, s->n_path, s->cap_path, path);
    return dtn_inputs_add_path(&s->cli->diags,
                               path); /* before the first is read, output is opened */
}

/* What is wrong with one document, or a folder of the folder: said, counted, left out. */
static void leave_out(dtn_document_source *s, dtn_status status)
{
    s->rc = dtn_cli_fail(s->cli, status);
}

/* A folder that links lead to again, into itself even, is read once. */
static dtn_status note_folder(dtn_document_source *s, const char *path, bool *is_known)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return DTN_OK; /* scandir says what is wrong */
    const uint64_t disk = (uint64_t)info.st_dev * UINT64_C(0x9E3779B97F4A7C15);
    return dtn_note_text(&s->folders, disk + (uint64_t)info.st_ino, is_known);
}

/* Does it hold what others write meanwhile? Reading waits for them, for ever where nobody does. */
static bool is_pipe(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

static dtn_status pass_over(dtn_document_source *s, const char *path)
{
    dtn_diags_add(&s->cli->diags, 940, (dtn_pos){path, 0, 0},
                  "leave it out, or give it by its own name to wait for what comes through it",
                  "a pipe, socket or device, and no file; it is passed over");
    return DTN_OK;
}

static dtn_status add_folder(dtn_document_source *s, const char *path, const char *name, int depth)
{
    struct dirent **entries = NULL;
    bool is_known = false;
    DTN_TRY(note_folder(s, path, &is_known));
    if (is_known)
        return DTN_OK;
    const int n = depth < MAX_FOLDERS ? scandir(path, &entries, NULL, alphasort) : -1;
    if (n < 0) {
        if (depth < MAX_FOLDERS)
            (void)dtn_cannot_read(path, errno, &s->cli->diags);
        else
            dtn_diags_add(&s->cli->diags, 701, (dtn_pos){path, 0, 0}, "give it by its own name",
                          "the folder lies more than 32 folders deep");
        if (depth == 0)
            return DTN_E_IO;
        leave_out(s, DTN_E_IO);
        return DTN_OK;
    }
    dtn_status status = DTN_OK;
    for (int i = 0; i < n; i++) {
        const char *entry = entries[i]->d_name;
        if (entry[0] != '.' && status == DTN_OK) {
            const char *at = dtn_arena_printf(&s->cli->arena, "%s/%s", path, entry);
            const char *label = *name ? dtn_arena_printf(&s->cli->arena, "%s/%s", name, entry)
                                      : dtn_arena_strdup(&s->cli->arena, entry);
            if (is_folder(at))
                status = add_folder(s, at, label, depth + 1);
            else if (is_document(entry))
                status = is_pipe(at) ? pass_over(s, at) : add_path(s, at, label);
            else if (s->n_other++ == 0)
                s->other = label;
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

dtn_status dtn_source_init(dtn_document_source *s, dtn_cli *cli, const char *const *args, size_t n)
{
    *s = (dtn_document_source){.cli = cli};
    for (size_t i = 0; i < n; i++) {
        const char *slash = strrchr(args[i], '/');
        if (strcmp(args[i], "-") == 0)
            s->is_stream = true;
        else if (is_folder(args[i])) {
            dtn_known_texts_free(&s->folders); /* what is given twice is told as texts (W933) */
            const dtn_status status = add_folder(s, args[i], "", 0);
            if (status == DTN_E_IO && n > 1)
                leave_out(s, status);
            else
                DTN_TRY(status);
        } else
            DTN_TRY(add_path(s, args[i], slash ? slash + 1 : args[i]));
    }
    s->stream_is_open = s->is_stream;
    if (s->n_other > 0)
        dtn_diags_add(
            &cli->diags, 935, (dtn_pos){.file = s->other},
            "documents are .txt, .html, .htm and .xhtml files; give others by their names",
            "%zu file%s passed over, this one the first", s->n_other,
            s->n_other > 1 ? "s are" : " is");
    if (s->n_path > 0 || s->is_stream)
        return DTN_OK;
    dtn_diags_add(&cli->diags, 931, (dtn_pos){n ? args[0] : "", 0, 0},
                  "documents are .txt or .html files", "there are no documents");
    return DTN_E_INPUT;
}

void dtn_source_free(dtn_document_source *s)
{
    dtn_known_texts_free(&s->folders);
    memset(s, 0, sizeof *s);
}

void dtn_document_free(const dtn_document *d)
{
    const char *const texts[] = {d->name, d->text, d->title, d->date, d->source};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        dtn_free((char *)(uintptr_t)texts[k]);
}

void dtn_document_batch_free(dtn_document_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++)
        dtn_document_free(&batch->items[i]);
    dtn_free(batch->items);
    memset(batch, 0, sizeof *batch);
}

static char *copy(const char *text)
{
    const size_t n = text ? strlen(text) : 0;
    char *out = text ? dtn_alloc(n + 1) : NULL;
    if (out)
        memcpy(out, text, n);
    return out;
}

/* Takes over the document's texts. */
static dtn_status add_document(dtn_document_batch *batch, dtn_document document)
{
    if (batch->n == batch->cap) {
        const size_t cap = batch->cap ? 2 * batch->cap : 16;
        dtn_document *items = dtn_alloc(cap * sizeof *items);
        if (!items)
            return DTN_E_MEMORY;
        if (batch->n)
            memcpy(items, batch->items, batch->n * sizeof *items);
        dtn_free(batch->items);
        batch->items = items;
        batch->cap = cap;
    }
    batch->items[batch->n++] = document;
    batch->n_bytes += document.n;
    return document.name && document.text ? DTN_OK : DTN_E_MEMORY;
}

/* ---- Texts given twice ------------------------------------------------------------------------ */

/* Its place, or the free one where it would stand. cap: a power of two. */
static size_t place_of(const uint64_t *set, size_t cap, uint64_t hash)
{
    size_t at = (size_t)hash & (cap - 1);
    while (set[at] && set[at] != hash)
        at = (at + 1) & (cap - 1);
    return at;
}

dtn_status dtn_note_text(dtn_known_texts *known, uint64_t hash, bool *is_known)
{
    hash += hash == 0;
    if (2 * (known->n + 1) > known->cap) {
        const size_t cap = known->cap ? 2 * known->cap : 1024;
        uint64_t *more = dtn_alloc(cap * sizeof *more);
        if (!more)
            return DTN_E_MEMORY;
        for (size_t i = 0; i < known->cap; i++)
            if (known->items[i])
                more[place_of(more, cap, known->items[i])] = known->items[i];
        dtn_free(known->items);
        known->items = more;
        known->cap = cap;
    }
    const size_t at = place_of(known->items, known->cap, hash);
    *is_known = known->items[at] != 0;
    known->n += !*is_known;
    known->items[at] = hash;
    return DTN_OK;
}

/* Is there nothing but blanks? */
static bool is_empty(const dtn_document *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (!isspace((unsigned char)d->text[i]))
            return false;
    return true;
}

#define LOOKED_AT ((size_t)1 << 14) /* bytes of a document that tell its language */
#define LEAST_WORDS 30              /* of fewer words the language is not asked */
#define LEAST_SHARE \
    0.08 /* of words as "the" and "of": English text has a third, headlines a fifth */

/* Does the text have too few of the words that no English text is without? Tags are left out; of UTF-16 nothing is said. */
static bool is_foreign(const dtn_document *d)
{
    static const char common[] =
        " the of and to that with by from are for it said has have his they their this be not "
        "who which after been near into against says ";
    const size_t n = d->n < LOOKED_AT ? d->n : LOOKED_AT;
    size_t n_word = 0, n_common = 0;
    bool in_tag = false;
    if (memchr(d->text, '\0', n))
        return false;
    for (size_t i = 0; i < n; i++) {
        char word[12] = " ";
        size_t k = 0;
        in_tag = d->text[i] == '<' || (in_tag && d->text[i] != '>');
        while (i + k < n &&
               (isalpha((unsigned char)d->text[i + k]) || (unsigned char)d->text[i + k] >= 0x80))
            k++;
        if (k == 0 || in_tag)
            continue;
        n_word += k > 60 ? k / 6 : 1; /* of writing without blanks */
        for (size_t c = 0; k < 9 && c < k; c++)
            word[1 + c] = (char)tolower((unsigned char)d->text[i + c]);
        if (k < 9) {
            word[k + 1] = ' ';
            n_common += strstr(common, word) != NULL;
        }
        i += k - 1;
    }
    return n_word >= LEAST_WORDS && (double)n_common < LEAST_SHARE * (double)n_word;
}

/* What a user should know of a document before its records are missed. */
static void warn_of_text(dtn_cli *cli, const dtn_document *d)
{
    if (is_foreign(d))
        dtn_diags_add(&cli->diags, 937, (dtn_pos){.file = d->name},
                      "the reader knows English only; what it finds here is chance",
                      "no English text found");
}

/* Records of a text that was read already would be the same, ids included, and counts twice what they are. */
dtn_status dtn_leave_out_known(dtn_cli *cli, dtn_known_texts *known, dtn_document_batch *batch)
{
    size_t n = 0;
    for (size_t i = 0; i < batch->n; i++) {
        dtn_document *d = &batch->items[i];
        bool is_known = false;
        if (is_empty(d)) {
            dtn_diags_add(&cli->diags, 936, (dtn_pos){.file = d->name}, "leave it out",
                          "the document is empty");
            dtn_document_free(d);
            continue;
        }
        d->hash = dtn_document_hash(d);
        const dtn_status status = dtn_note_text(known, d->hash, &is_known);
        if (status != DTN_OK) {
            memmove(&batch->items[n], d, (batch->n - i) * sizeof *d);
            batch->n = n + batch->n - i;
            return status;
        }
        if (!is_known) {
            warn_of_text(cli, d);
            batch->items[n++] = *d;
            continue;
        }
        if (known->n_again++ == 0)
            dtn_diags_add(&cli->diags, 933, (dtn_pos){.file = d->name},
                          "give each document once; what is read is of the first",
                          "the same text was read before; it is left out");
        dtn_document_free(d);
    }
    batch->n = n;
    dtn_cli_show_diags(cli);
    return DTN_OK;
}

void dtn_known_texts_say(dtn_cli *cli, const dtn_known_texts *known)
{
    if (known->n_again > 1)
        dtn_console_say(&cli->console, "%zu texts were given more than once and left out",
                        known->n_again);
}

void dtn_known_texts_free(dtn_known_texts *known)
{
    dtn_free(known->items);
    memset(known, 0, sizeof *known);
}

/* ---- Files ------------------------------------------------------------------------------------- */

static dtn_status next_file(dtn_document_source *s, dtn_document_batch *batch)
{
    const size_t i = s->i_path++;
    char *bytes = NULL;
    size_t n = 0;
    const dtn_status status = dtn_text_load(s->paths[i], &bytes, &n, &s->cli->diags);
    if (status != DTN_OK) {
        leave_out(s, status);
        return status == DTN_E_MEMORY ? status : DTN_OK;
    }
    return add_document(batch, (dtn_document){.name = copy(s->names[i]), .text = bytes, .n = n});
}

/* ---- The stream ------------------------------------------------------------------------------- */

/* The next line without its end; NULL at the end of the input. *n is SIZE_MAX when it is too long:
 * then the rest of it has been skipped. */
static char *next_line(dtn_document_source *s, size_t *n)
{
    char *line = NULL;
    size_t length = 0, cap = 0;
    int c = EOF;
    s->n_line++;
    bool is_object = false, is_endless = false;
    while (!is_endless && (c = getc_unlocked(stdin)) != EOF && c != '\n') {
        if (length + 2 > cap && cap <= MAX_LINE) {
            cap = cap ? 2 * cap : 4096;
            char *more = realloc(line, cap);
            if (!more)
                break;
            line = more;
        }
        if (length + 1 < cap && length < MAX_LINE)
            line[length] = (char)c;
        is_object = is_object || c == '{';
        length++;
        /* one document that is too large is not read to its end */
        is_endless = (length % PATIENCE == 0 && dtn_console_interrupted()) ||
                     (s->n_line == 1 && !is_object && length > MAX_LINE);
    }
    if (is_endless)
        s->stream_is_open = false;
    if (dtn_console_interrupted() || (c == EOF && length == 0)) {
        free(line);
        return NULL;
    }
    if (!line)
        line = calloc(1, 1);
    if (line && length <= MAX_LINE)
        line[length] = '\0';
    *n = length <= MAX_LINE ? length : SIZE_MAX;
    return line;
}

static char *text_of(const json_t *object, const char *key)
{
    return copy(json_string_value(json_object_get(object, key)));
}

static dtn_status bad_line(dtn_document_source *s, const char *what)
{
    dtn_diags_add(&s->cli->diags, 932, (dtn_pos){"standard input", (uint32_t)s->n_line, 0},
                  "a line is {\"doc\":…, \"text\":…} with, if known, title, date and source", "%s",
                  what);
    leave_out(s, DTN_E_INPUT);
    return DTN_OK;
}

/* The name that the object gives its document: a text or a whole number; NULL: none. *is_bad: something else. */
static char *doc_of(const json_t *object, bool *is_bad)
{
    const json_t *doc = json_object_get(object, "doc");
    char number[32];
    *is_bad = doc && !json_is_string(doc) && !json_is_integer(doc) && !json_is_null(doc);
    if (!json_is_integer(doc))
        return text_of(object, "doc");
    (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(doc));
    return copy(number);
}

/* The day of "2026-03-11T10:00:00Z", without its time; NULL: it is no such text. The caller's to free. */
static char *day_of(const char *text)
{
    int64_t day = 0;
    char *out = text ? copy(text) : NULL;
    if (out && strlen(out) > 10 && (out[10] == 'T' || out[10] == ' ') && out[11] >= '0' &&
        out[11] <= '9')
        out[10] = '\0';
    if (out && dtn_days_of(out, &day))
        return out;
    dtn_free(out);
    return NULL;
}

/* The object's date; NULL, and a warning, where it has one that is none. */
static char *date_of(const dtn_document_source *s, const json_t *object)
{
    const json_t *date = json_object_get(object, "date");
    const char *text = json_string_value(date);
    char *day = day_of(text);
    if (day || !date || json_is_null(date) || (text && !text[0]))
        return day;
    dtn_diags_add(&s->cli->diags, 934, (dtn_pos){"standard input", (uint32_t)s->n_line, 0},
                  "write it as 2026-03-11; without it \"last week\" and the like stay open",
                  "the document's date %s%s%s is left out", text ? "'" : "", text ? text : "",
                  text ? "'" : "is no text and");
    return NULL;
}

static dtn_status next_object(dtn_document_source *s, const char *line, size_t n,
                              dtn_document_batch *batch)
{
    json_error_t error;
    json_t *object = json_loadb(line, n, JSON_ALLOW_NUL, &error);
    const json_t *text = json_object_get(object, "text");
    if (!json_is_string(text)) {
        json_decref(object);
        return bad_line(s, object ? "the object has no \"text\"" : error.text);
    }
    bool is_bad = false;
    char *doc = doc_of(object, &is_bad);
    if (is_bad) {
        json_decref(object);
        return bad_line(s, "\"doc\" is neither a text nor a whole number");
    }
    dtn_document d = {.title = text_of(object, "title"),
                      .date = date_of(s, object),
                      .source = text_of(object, "source"),
                      .n = json_string_length(text)};
    char *bytes = dtn_alloc(d.n + 1), name[40];
    if (bytes)
        memcpy(bytes, json_string_value(text), d.n);
    d.text = bytes;
    (void)snprintf(name, sizeof name, "line-%llu", (unsigned long long)s->n_line);
    d.name = doc;
    d.name = d.name ? d.name : copy(name);
    json_decref(object);
    return add_document(batch, d);
}

/* The whole of standard input as one document, which begins with `line`. */
static dtn_status whole_input(dtn_document_source *s, const char *line, size_t n,
                              dtn_document_batch *batch)
{
    char *bytes = dtn_alloc(DTN_TEXT_MAX_BYTES + 2);
    size_t length = n < DTN_TEXT_MAX_BYTES ? n : DTN_TEXT_MAX_BYTES + 1;
    s->stream_is_open = false;
    if (!bytes)
        return DTN_E_MEMORY;
    memcpy(bytes, line, n < length ? n : length);
    if (length < DTN_TEXT_MAX_BYTES && !feof(stdin))
        bytes[length++] = '\n';
    length += fread(bytes + length, 1, DTN_TEXT_MAX_BYTES + 1 - length, stdin);
    bytes[length] = '\0';
    return add_document(batch,
                        (dtn_document){.name = copy("standard input"), .text = bytes, .n = length});
}

static dtn_status next_of_stream(dtn_document_source *s, dtn_document_batch *batch)
{
    size_t n = 0;
    char *line = next_line(s, &n);
    dtn_status status = DTN_OK;
    if (!line) {
        s->stream_is_open = false;
        return dtn_console_interrupted() ? DTN_E_INTERRUPTED : DTN_OK;
    }
    const size_t mark = s->n_line == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const size_t blank = n == SIZE_MAX ? 0 : mark + strspn(line + mark, " \t\r");
    if (n == SIZE_MAX)
        status = bad_line(s, "the line is longer than 32 MB");
    else if (line[blank] == '{')
        status = next_object(s, line + blank, n - blank, batch);
    else if (s->n_line == 1)
        status = whole_input(s, line, n, batch);
    else if (blank < n)
        status = bad_line(s, "the line is not a JSON object");
    free(line);
    return status;
}

bool dtn_batch_ends_large(const dtn_document_batch *batch)
{
    return batch->n > 0 && batch->items[batch->n - 1].n > DTN_LARGE_DOCUMENT;
}

dtn_status dtn_source_next(dtn_document_source *s, size_t n, dtn_document_batch *batch)
{
    const size_t n_before = batch->n, n_bytes = batch->n_bytes;
    while (batch->n - n_before < n && batch->n_bytes - n_bytes < n * BATCH_BYTES &&
           (batch->n == n_before || !dtn_batch_ends_large(batch))) {
        if (s->i_path < s->n_path)
            DTN_TRY(next_file(s, batch));
        else if (s->stream_is_open)
            DTN_TRY(next_of_stream(s, batch));
        else
            break;
    }
    return DTN_OK;
}
