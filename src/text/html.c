/* HTML to cleaned text with its place in the file.
 *
 * A scanner of tags, comments and character references, not a tree: what is wanted is the text, where
 * paragraphs end, what is a heading, and which byte each character came from. (libxml2's parser
 * gives a tree without byte positions, so it cannot say where a quoted sentence stands; its table
 * of character references is used.) Without a tree nothing recurs and nothing grows with depth.
 *
 * Left out: scripts, styles, forms, navigation, page heads and feet, asides, captions' controls. An
 * element left out ends at its own end tag, whatever is between; if that never comes, the rest
 * of the file is read after all (903).
 */
#include "text/inner.h"

#include "base/text.h"

#include <libxml/HTMLparser.h>
#include <string.h>

typedef struct html {
    const char *text;
    uint32_t n, at;
    dtn_clean *clean;
    dtn_text *out;
    uint32_t title_begin; /* of the cleaned text, while in <title> */
    bool in_title;
    uint32_t unclosed; /* place of an element left out that never ends; 0: none */
} html;

#define MAX_NAME 24

static char lower(char c) { return dtn_is_upper(c) ? (char)(c + 32) : c; }

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0)
            return true;
    return false;
}

static const char *const left_out[] = {
    "script", "style",  "noscript", "template", "nav",    "header", "footer", "aside", "form",
    "button", "select", "textarea", "svg",      "iframe", "object", "math",   NULL};
static const char *const blocks[] = {
    "p",     "div",    "br",         "hr",         "li",      "ul",      "ol",
    "h1",    "h2",     "h3",         "h4",         "h5",      "h6",      "tr",
    "td",    "th",     "table",      "blockquote", "section", "main",    "article",
    "title", "body",   "html",       "head",       "dl",      "dt",      "dd",
    "pre",   "figure", "figcaption", "address",    "details", "summary", NULL};

/* ---- Character references ------------------------------------------------------ */

static int32_t number(const char *p, uint32_t n, bool is_hex)
{
    int32_t c = 0;
    for (uint32_t i = 0; i < n; i++) {
        const char d = lower(p[i]);
        const int32_t v = dtn_is_digit(d)                  ? d - '0'
                          : is_hex && d >= 'a' && d <= 'f' ? d - 'a' + 10
                                                           : -1;
        if (v < 0 || c > 0x110000)
            return -1;
        c = c * (is_hex ? 16 : 10) + v;
    }
    return n > 0 && c > 0 && c < 0x110000 && !(c >= 0xd800 && c < 0xe000) ? c : -1;
}

/* The reference at text[at] == '&': its code point and length, or -1. */
static int32_t reference(const char *text, uint32_t n, uint32_t at, uint32_t *length)
{
    uint32_t end = at + 1;
    while (end < n && end - at < 12 &&
           (dtn_is_ascii_letter(text[end]) || dtn_is_digit(text[end]) || text[end] == '#'))
        end++;
    const char *p = text + at + 1;
    const uint32_t k = end - at - 1;
    *length = end - at + (end < n && text[end] == ';');
    if (k >= 2 && p[0] == '#') {
        const bool is_hex = lower(p[1]) == 'x';
        return number(p + 1 + is_hex, k - 1 - is_hex, is_hex);
    }
    char name[16] = {0};
    memcpy(name, p, k);
    const htmlEntityDesc *entity = k ? htmlEntityLookup((const xmlChar *)name) : NULL;
    return entity ? (int32_t)entity->value : -1;
}

static void add_reference(html *h)
{
    uint32_t length = 0;
    const int32_t c = reference(h->text, h->n, h->at, &length);
    if (c < 0) {
        dtn_clean_add(h->clean, '&', h->at, 1);
        h->at++;
        return;
    }
    if (c == '\n' || c == '\r')
        dtn_clean_add(h->clean, ' ', h->at, length);
    else
        dtn_clean_add_char(h->clean, c, h->at, length);
    h->at += length;
}

/* ---- Tags ------------------------------------------------------------------------- */

typedef struct tag {
    char name[MAX_NAME];
    bool is_end, is_empty;
    uint32_t begin, attributes, end; /* of the whole; of what follows its name */
} tag;

/* Past the '>' of the tag at `at`; quotes are skipped. n if it never ends. */
static uint32_t tag_end(const char *text, uint32_t n, uint32_t at)
{
    char quote = 0;
    for (; at < n; at++) {
        const char c = text[at];
        if (quote) {
            if (c == quote)
                quote = 0;
        } else if (c == '>') {
            return at + 1;
        } else if ((c == '"' || c == '\'') && at > 0 && text[at - 1] == '=') {
            quote = c;
        }
    }
    return n;
}

static bool tag_at(const html *h, uint32_t at, tag *out)
{
    const char *text = h->text;
    *out = (tag){.begin = at};
    uint32_t i = at + 1;
    if (i < h->n && text[i] == '/') {
        out->is_end = true;
        i++;
    }
    if (i >= h->n || !dtn_is_ascii_letter(text[i]))
        return false;
    size_t k = 0;
    for (; i < h->n && (dtn_is_ascii_letter(text[i]) || dtn_is_digit(text[i]) || text[i] == '-');
         i++)
        if (k < MAX_NAME - 1)
            out->name[k++] = lower(text[i]);
    out->attributes = i;
    out->end = tag_end(text, h->n, i);
    out->is_empty = out->end >= 2 && text[out->end - 1] == '>' && text[out->end - 2] == '/';
    return true;
}

/* An attribute's value, arena-owned, entities decoded; NULL if absent. */
static const char *attribute(const html *h, const tag *t, const char *name)
{
    const char *text = h->text;
    const size_t n_name = strlen(name);
    for (uint32_t i = t->attributes; i + n_name + 1 < t->end; i++) {
        if (!dtn_is_blank(text[i - 1]) && text[i - 1] != '"' && text[i - 1] != '\'')
            continue;
        if (strncasecmp(text + i, name, n_name) != 0 || text[i + n_name] != '=')
            continue;
        uint32_t at = i + (uint32_t)n_name + 1;
        const char quote = text[at] == '"' || text[at] == '\'' ? text[at++] : 0;
        uint32_t end = at;
        while (end < t->end - 1 &&
               (quote ? text[end] != quote : !dtn_is_blank(text[end]) && text[end] != '>'))
            end++;
        if (end - at > 1000)
            return NULL;
        dtn_clean value;
        dtn_clean_init(&value, end - at, h->clean->arena);
        html part = {.text = text, .n = end, .at = at, .clean = &value};
        while (part.at < end) {
            if (text[part.at] == '&')
                add_reference(&part);
            else
                part.at = dtn_clean_next(&value, text, end, part.at);
        }
        return value.n ? dtn_arena_strndup(h->clean->arena, value.bytes, value.n) : NULL;
    }
    return NULL;
}

static const char *date_of(const html *h, const char *text)
{
    char iso[11];
    if (!text || !dtn_date_match(text, strlen(text), iso))
        return NULL;
    return dtn_arena_strdup(h->clean->arena, iso);
}

static void read_meta(html *h, const tag *t)
{
    static const char *const dates[] = {"article:published_time",
                                        "date",
                                        "dc.date",
                                        "dcterms.date",
                                        "pubdate",
                                        "publishdate",
                                        "datepublished",
                                        "parsely-pub-date",
                                        "sailthru.date",
                                        "dc.date.issued",
                                        NULL};
    static const char *const sources[] = {"og:site_name", "application-name", "dc.publisher",
                                          "publisher", NULL};
    const char *key = attribute(h, t, "property");
    if (!key)
        key = attribute(h, t, "name");
    if (!key)
        key = attribute(h, t, "itemprop");
    const char *value = key ? attribute(h, t, "content") : NULL;
    if (!value)
        return;
    char low[40] = {0};
    for (size_t i = 0; i < sizeof low - 1 && key[i]; i++)
        low[i] = lower(key[i]);
    if (!h->out->date && is_one_of(low, dates))
        h->out->date = date_of(h, value);
    if (!h->out->source && is_one_of(low, sources))
        h->out->source = value;
    if (strcmp(low, "og:title") == 0)
        h->out->title = value;
}

/* What lies between <title> and </title> is no sentence of the document. */
static void end_title(html *h)
{
    uint32_t begin = h->title_begin, end = (uint32_t)h->clean->n;
    while (begin < end && dtn_is_blank(h->clean->bytes[begin]))
        begin++;
    while (end > begin && dtn_is_blank(h->clean->bytes[end - 1]))
        end--;
    if (!h->out->title && end > begin)
        h->out->title = dtn_arena_strndup(h->clean->arena, h->clean->bytes + begin, end - begin);
    h->clean->n = h->title_begin;
    h->in_title = false;
}

/* Where the element left out ends: past its end tag; `from` if that never comes. */
static uint32_t skip_element(const html *h, const tag *t)
{
    const size_t n_name = strlen(t->name);
    uint32_t depth = 1;
    for (uint32_t i = t->end; i < h->n; i++) {
        const char *p = memchr(h->text + i, '<', h->n - i);
        if (!p)
            break;
        i = (uint32_t)(p - h->text);
        const uint32_t at = i + 1 + (i + 1 < h->n && h->text[i + 1] == '/');
        if (h->n - at < n_name || strncasecmp(h->text + at, t->name, n_name) != 0)
            continue;
        tag other;
        if (!tag_at(h, i, &other) || strcmp(other.name, t->name) != 0)
            continue;
        if (other.end == h->n && h->text[h->n - 1] != '>')
            break; /* nothing closes any more */
        const bool is_raw = strcmp(t->name, "script") == 0 || strcmp(t->name, "style") == 0;
        if (other.is_end)
            depth--;
        else if (!is_raw && !other.is_empty)
            depth++;
        if (depth == 0)
            return other.end;
    }
    return t->end;
}

static void mark(html *h, const tag *t, char code) { dtn_clean_add(h->clean, code, t->begin, 1); }

static void read_tag(html *h, const tag *t)
{
    h->at = t->end;
    if (!t->is_end && !t->is_empty && is_one_of(t->name, left_out)) {
        const uint32_t end = h->unclosed ? t->end : skip_element(h, t);
        if (end == t->end && !h->unclosed)
            h->unclosed = t->begin + 1;
        h->at = end;
        mark(h, t, DTN_CLEAN_BLOCK);
        return;
    }
    if (strcmp(t->name, "meta") == 0)
        read_meta(h, t);
    if (strcmp(t->name, "time") == 0 && !t->is_end && !h->out->date)
        h->out->date = date_of(h, attribute(h, t, "datetime"));
    if (strcmp(t->name, "title") == 0 && t->is_end && h->in_title)
        end_title(h);
    if (!is_one_of(t->name, blocks))
        return;
    if (strcmp(t->name, "br") == 0) {
        dtn_clean_add(h->clean, '\n', t->begin, t->end - t->begin);
        return;
    }
    mark(h, t, DTN_CLEAN_BLOCK);
    if (t->is_end)
        return;
    if (t->name[0] == 'h' && t->name[1] >= '1' && t->name[1] <= '6')
        mark(h, t, DTN_CLEAN_HEADING);
    else if (strcmp(t->name, "li") == 0)
        mark(h, t, DTN_CLEAN_ITEM);
    else if (strcmp(t->name, "title") == 0 && !h->in_title) {
        h->in_title = true;
        h->title_begin = (uint32_t)h->clean->n;
    }
}

/* A comment, a declaration or an instruction: past it. */
static uint32_t skip_declaration(const html *h)
{
    const char *text = h->text + h->at, *end;
    const uint32_t left = h->n - h->at;
    if (left >= 4 && memcmp(text, "<!--", 4) == 0)
        end = memmem(text + 4, left - 4, "-->", 3);
    else
        end = memchr(text, '>', left);
    if (!end)
        return h->at + 1;
    return (uint32_t)(end - h->text) + (*end == '-' ? 3 : 1);
}

/* Bounds the work on files full of unclosed comments or elements: each is looked for once. */
void dtn_html_read(const char *name, const char *bytes, uint32_t n, dtn_clean *clean, dtn_text *out,
                   dtn_diags *diags)
{
    html h = {.text = bytes, .n = n, .clean = clean, .out = out};
    bool is_comment_open = false;
    while (h.at < n) {
        tag t;
        const char c = bytes[h.at];
        if (c == '<' && h.at + 1 < n && (bytes[h.at + 1] == '!' || bytes[h.at + 1] == '?')) {
            const uint32_t next = is_comment_open ? h.at + 1 : skip_declaration(&h);
            is_comment_open |= next == h.at + 1;
            h.at = next;
        } else if (c == '<' && tag_at(&h, h.at, &t)) {
            read_tag(&h, &t);
        } else if (c == '&') {
            add_reference(&h);
        } else if (c == '\n' || c == '\r') {
            dtn_clean_add(clean, ' ', h.at, 1);
            h.at++;
        } else {
            h.at = dtn_clean_next(clean, bytes, n, h.at);
        }
    }
    if (h.in_title)
        end_title(&h);
    if (h.unclosed || is_comment_open)
        dtn_diags_add(diags, 903, (dtn_pos){.file = name},
                      "close the element or comment; its text was read",
                      "the HTML ends inside an element or comment that it opens");
}
