/* A document's bytes to sentences: cleaning, paragraphs, sentences, tokens, one after the other.
 *
 * Each step is a file of this room. UTF-16 is read as UTF-8, and places are counted back to the document's
 * bytes once it is clean. What is no text at all (zeros and control bytes beyond what text files hold) is refused before
 * anything is made of it.
 */
#include "text/text.h"

#include "base/inputs.h"
#include "base/text.h"
#include "base/utf16.h"
#include "text/inner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool ends_with(const char *name, const char *tail)
{
    const size_t n = strlen(name), k = strlen(tail);
    return n >= k && strcasecmp(name + n - k, tail) == 0;
}

static dtn_text_format guess(const char *name, const char *bytes, size_t n)
{
    if (ends_with(name, ".html") || ends_with(name, ".htm") || ends_with(name, ".xhtml"))
        return DTN_TEXT_HTML;
    if (ends_with(name, ".txt"))
        return DTN_TEXT_PLAIN;
    size_t i = 0;
    while (i < n &&
           (dtn_is_blank(bytes[i]) || (unsigned char)bytes[i] >= 0x80)) /* a byte order mark */
        i++;
    static const char *const begins[] = {"<!doctype html", "<html", "<head", "<body", "<?xml"};
    for (size_t k = 0; k < sizeof begins / sizeof *begins; k++)
        if (n - i >= strlen(begins[k]) && strncasecmp(bytes + i, begins[k], strlen(begins[k])) == 0)
            return DTN_TEXT_HTML;
    return DTN_TEXT_PLAIN;
}

/* Text has no zeros and hardly any control bytes. */
static bool is_binary(const char *bytes, size_t n)
{
    size_t n_zero = 0, n_control = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        n_zero += c == 0;
        n_control += c < ' ' && !(c >= '\t' && c <= '\r') && c != 0x1b;
    }
    return n_zero > n / 1000 || n_control > n / 50;
}

/* Files of other programs, some of which hold nothing but ASCII, by how they begin. */
static const struct {
    const char *begin, *what, *hint;
} others[] = {
    {"%PDF-", "a PDF file", "give its text, which `pdftotext FILE.pdf` writes to FILE.txt"},
    {"{\\rtf", "an RTF file", "save it as plain text or HTML, or `soffice --convert-to txt` it"},
    {"PK\x03\x04", "a ZIP archive or an office document",
     "unpack an archive; save an office document (.docx, .odt, .epub) as plain text or HTML"},
    {"PK\x05\x06", "an empty ZIP archive", "leave it out"},
    {"\xD0\xCF\x11\xE0", "an office document of the old kind",
     "save it as plain text or HTML, or `soffice --convert-to txt` it"},
    {"%!PS", "a PostScript file", "give its text, which `ps2ascii` writes"},
    {"\x1F\x8B", "compressed data", "unpack it (gunzip)"},
    {"BZh", "compressed data", "unpack it (bunzip2)"},
    {"\xFD"
     "7zXZ",
     "compressed data", "unpack it (unxz)"},
    {"\x89PNG", "a picture", "give its words as text; a program for OCR finds them"},
    {"\xFF\xD8\xFF", "a picture", "give its words as text; a program for OCR finds them"},
    {"GIF8", "a picture", "give its words as text; a program for OCR finds them"}};

/* Is it such a file? Said if so. */
static bool is_other_file(const char *name, const char *bytes, size_t n, dtn_diags *diags)
{
    const size_t mark = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const size_t k = strlen(others[i].begin);
        if (n - mark < k || memcmp(bytes + mark, others[i].begin, k) != 0)
            continue;
        dtn_diags_add(diags, 901, (dtn_pos){.file = name}, others[i].hint,
                      "the document is no text but %s", others[i].what);
        return true;
    }
    return false;
}

static dtn_status too_large(const char *name, dtn_diags *diags)
{
    dtn_diags_add(diags, 900, (dtn_pos){.file = name}, "cut it into its articles and read those",
                  "the document is larger than %u MiB", DTN_TEXT_MAX_BYTES >> 20);
    return DTN_E_INPUT;
}

dtn_status dtn_text_load(const char *path, char **bytes, size_t *n, dtn_diags *diags)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    const int error = errno;
    char *text = NULL;
    size_t k = 0, cap = 0;
    dtn_status status = file ? dtn_inputs_add(diags, fileno(file)) : DTN_OK;
    while (file && status == DTN_OK && !feof(file) && !ferror(file)) {
        if (k == cap) {
            cap = cap ? 2 * cap : 1u << 16;
            char *more = dtn_realloc(text, cap + 1);
            if (!more)
                status = DTN_E_MEMORY;
            text = more ? more : text;
        }
        if (status == DTN_OK)
            k += fread(text + k, 1, cap - k, file);
        if (k > DTN_TEXT_MAX_BYTES)
            status = too_large(is_stdin ? "standard input" : path, diags);
    }
    if (!file || ferror(file))
        status = dtn_cannot_read(path, file ? errno : error, diags);
    if (file && !is_stdin)
        fclose(file);
    if (status != DTN_OK) {
        dtn_free(text);
        return status;
    }
    text[k] = '\0';
    *bytes = text;
    *n = k;
    return DTN_OK;
}

static void clean_all(const char *bytes, size_t n, dtn_clean *clean)
{
    for (uint32_t at = 0; at < n;)
        at = dtn_clean_next(clean, bytes, (uint32_t)n, at);
}

struct dtn_text_parts {
    dtn_clean clean;
    dtn_splitter splitter;
};

bool dtn_text_next(dtn_text_parts *parts, size_t most, dtn_arena *arena, dtn_text *out)
{
    dtn_splitter *s = &parts->splitter;
    s->arena = arena;
    s->out = NULL;
    s->n = s->cap = 0;
    const bool goes_on = dtn_sentences_add(s, most);
    out->sentences = s->out;
    out->n = s->n;
    return goes_on;
}

dtn_status dtn_text_read(const char *name, const char *bytes, size_t n, dtn_text_format format,
                         dtn_arena *arena, dtn_text *out, dtn_diags *diags)
{
    dtn_text_parts *parts = NULL;
    DTN_TRY(dtn_text_open(name, bytes, n, format, arena, out, &parts, diags));
    (void)dtn_text_next(parts, SIZE_MAX, arena, out);
    return DTN_OK;
}

dtn_status dtn_text_open(const char *name, const char *bytes, size_t n, dtn_text_format format,
                         dtn_arena *arena, dtn_text *out, dtn_text_parts **parts, dtn_diags *diags)
{
    if (n > DTN_TEXT_MAX_BYTES)
        return too_large(name, diags);
    if (is_other_file(name, bytes, n, diags))
        return DTN_E_INPUT;
    const size_t n_given = n, begin = dtn_utf16_begin(bytes, n);
    char *converted = dtn_utf16_to_utf8(arena, bytes, n, &n);
    bytes = converted ? converted : bytes;
    if (is_binary(bytes, n)) {
        dtn_diags_add(diags, 901, (dtn_pos){.file = name},
                      "give plain text in UTF-8 or UTF-16, or HTML",
                      "the document is no text but binary data");
        return DTN_E_INPUT;
    }
    if (format == DTN_TEXT_GUESS)
        format = guess(name, bytes, n);
    dtn_text text = {0};
    dtn_text_parts *p = DTN_NEW(arena, dtn_text_parts);
    dtn_clean *clean = &p->clean;
    dtn_clean_init(clean, n, arena);
    if (format == DTN_TEXT_HTML)
        dtn_html_read(name, bytes, (uint32_t)n, clean, &text, diags);
    else
        clean_all(bytes, n, clean);
    if (converted)
        dtn_clean_recount(clean, bytes, begin, n_given);
    if (clean->n_invalid)
        dtn_diags_add(
            diags, 902, (dtn_pos){.file = name}, "save it as UTF-8",
            "%zu bytes are not UTF-8, the first at byte %u; they are read as Windows-1252",
            clean->n_invalid, clean->first_invalid);
    dtn_paragraph *paragraphs = NULL;
    p->splitter.clean = clean;
    dtn_paragraphs_find(clean, format == DTN_TEXT_HTML, &text, &paragraphs,
                        &p->splitter.n_paragraph);
    p->splitter.paragraphs = paragraphs;
    *out = text;
    *parts = p;
    return DTN_OK;
}

/* Cleaned bytes without the marks of paragraphs, blanks in a row as one. */
static size_t flatten(const dtn_clean *clean, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < clean->n; i++) {
        const bool is_blank = (unsigned char)clean->bytes[i] <= ' ';
        if (!is_blank)
            out[n++] = clean->bytes[i];
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    n -= n && out[n - 1] == ' ';
    out[n] = '\0';
    return n;
}

const char *dtn_text_plain(const char *name, const char *bytes, size_t n, size_t begin, size_t end,
                           dtn_arena *arena, size_t *n_out)
{
    const char *part = bytes + begin;
    const bool is_utf16 = dtn_is_utf16(bytes, n);
    *n_out = end - begin;
    if (is_utf16)
        part = dtn_utf16_part(arena, bytes, n, begin, end, n_out);
    size_t n_head = n < 8192 ? n : 8192; /* a guess looks at the first letters */
    const char *head = is_utf16 ? dtn_utf16_to_utf8(arena, bytes, n_head, &n_head) : bytes;
    const bool is_html = guess(name, head, is_utf16 ? n_head : n) == DTN_TEXT_HTML;
    if (!is_html && dtn_is_utf8(part, *n_out))
        return part;
    dtn_clean clean;
    dtn_text ignored = {0};
    dtn_diags none;
    dtn_diags_init(&none);
    dtn_clean_init(&clean, *n_out, arena);
    if (is_html)
        dtn_html_read(name, part, (uint32_t)*n_out, &clean, &ignored, &none);
    else
        clean_all(part, *n_out, &clean);
    dtn_diags_free(&none);
    char *out = dtn_arena_alloc(arena, clean.n + 1);
    *n_out = flatten(&clean, out);
    return out;
}
