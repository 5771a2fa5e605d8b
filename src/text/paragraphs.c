/* Paragraphs of cleaned text; headings, lists, lines that are no text; what the head says of itself.
 *
 * In HTML the mark-up says where paragraphs end. In plain text an empty line does, and, unless
 * the text is wrapped at a fixed width, every line end does, except where a sentence was cut in
 * two: no mark at the line's end and a small letter at the next line's beginning. A text counts as wrapped
 * if its lines are of one length: most of those that another follows directly have 45 to 110 bytes.
 *
 * Lines of the page around an article ("Scroll to Top", "Share this") are left out, by a list of such
 * phrases and only as lines of their own; so are lines "Date: ...", "Title: ...", "Source: ..." in
 * the head, a line that is a date alone, and bylines that end with one, which become the document's date, title,
 * source. A dateline ("NIAMEY, 12 March 2024 -") is no part of the sentence behind it and
 * gives its date, where it has no year that of the last full date of the text, if it is near: places in it do not act.
 */
#include "text/inner.h"

#include <stdio.h>
#include <string.h>

#include "base/dates.h"

typedef struct finder {
    const dtn_clean *clean;
    bool is_html, is_wrapped;
    dtn_text *out;
    dtn_paragraph *items;
    size_t n, cap;
    size_t n_line;    /* with text, so far */
    bool after_blank; /* a blank line or block came before */
    bool heading_next, item_next;
    const char *day; /* of the first dateline, where it has no year; NULL: none */
    size_t n_day;
    char updated[11]; /* the day of a change; "": none is given */
} finder;

static uint32_t skip_blanks(const dtn_clean *c, uint32_t at, uint32_t end)
{
    while (at < end && dtn_is_blank(c->bytes[at]))
        at++;
    return at;
}

static uint32_t trim(const dtn_clean *c, uint32_t begin, uint32_t end)
{
    while (end > begin && dtn_is_blank(c->bytes[end - 1]))
        end--;
    return end;
}

static uint32_t line_end(const dtn_clean *c, uint32_t at)
{
    const char *end = at < c->n ? memchr(c->bytes + at, '\n', c->n - at) : NULL;
    return end ? (uint32_t)(end - c->bytes) : (uint32_t)c->n;
}

/* ---- Lines that are no text ------------------------------------------------------ */

static bool is_same(const char *text, size_t n, const char *phrase)
{
    return n == strlen(phrase) && strncasecmp(text, phrase, n) == 0;
}

static bool begins_with(const char *text, size_t n, const char *phrase)
{
    const size_t k = strlen(phrase);
    return n >= k && strncasecmp(text, phrase, k) == 0;
}

/* Furniture of pages: what browsers and feeds leave around an article's text. */
static bool is_boilerplate(const char *text, size_t n)
{
    static const char *const whole[] = {"scroll to top",
                                        "back to top",
                                        "source link",
                                        "exit mobile version",
                                        "advertisement",
                                        "advertisements",
                                        "share",
                                        "share this",
                                        "share this:",
                                        "share this article",
                                        "print",
                                        "email",
                                        "facebook",
                                        "twitter",
                                        "whatsapp",
                                        "linkedin",
                                        "telegram",
                                        "like this:",
                                        "loading...",
                                        "read more",
                                        "read more:",
                                        "read also",
                                        "related",
                                        "related articles",
                                        "related posts",
                                        "recommended",
                                        "comments",
                                        "leave a comment",
                                        "leave a reply",
                                        "log in",
                                        "sign in",
                                        "sign up",
                                        "subscribe",
                                        "subscribe now",
                                        "skip to content",
                                        "skip to main content",
                                        "menu",
                                        "search",
                                        "home",
                                        "next",
                                        "previous",
                                        "tags",
                                        "tweet",
                                        "copy link",
                                        "listen to this article",
                                        "story continues below",
                                        "continue reading",
                                        "show more",
                                        "load more"};
    static const char *const starts[] = {"copyright \xc2\xa9",
                                         "\xc2\xa9 ",
                                         "all rights reserved",
                                         "follow us on",
                                         "sign up for our",
                                         "subscribe to our",
                                         "click here to",
                                         "click to share",
                                         "site icon",
                                         "we use cookies",
                                         "this website uses cookies",
                                         "published in dawn",
                                         "download our app",
                                         "join our whatsapp",
                                         "your email address will not"};
    if (n > 120)
        return false;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (is_same(text, n, whole[i]))
            return true;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (begins_with(text, n, starts[i]))
            return true;
    return false;
}

/* "Date: ..." and its like, in the head: what follows the colon, 0 if it is another line. */
static size_t field_of(const char *text, size_t n, const char *const *keys)
{
    for (; *keys; keys++) {
        size_t k = strlen(*keys);
        if (!begins_with(text, n, *keys) || k >= n || text[k] != ':')
            continue;
        for (k++; k < n && dtn_is_blank(text[k]); k++)
            ;
        return k;
    }
    return 0;
}

/* Is the line that ends at `at` the last before an empty one? */
static bool is_blank_next(const finder *f, const char *at)
{
    const char *end = f->clean->bytes + f->clean->n;
    while (at < end && (*at == ' ' || *at == '\r'))
        at++;
    at += at < end && *at == '\n';
    while (at < end && (*at == ' ' || *at == '\r'))
        at++;
    return at == end || *at == '\n' || (unsigned char)*at < ' ';
}

#define HEAD_LINES 8 /* with text: where a document speaks of itself */

static void keep_date(finder *f, const char iso[11])
{
    if (!f->out->date)
        f->out->date = dtn_arena_strdup(f->clean->arena, iso);
}

/* "By Jane Roe, 12 March 2024", "Published 12 March 2024", "The Paper | March 12, 2024": a line by itself. */
static bool read_byline(finder *f, const char *text, size_t n)
{
    bool is_update = false;
    char iso[11];
    const bool is_alone = !f->is_wrapped || (f->after_blank && is_blank_next(f, text + n));
    if (!is_alone || !dtn_head_date(text, n, f->n_line == 1, iso, &is_update))
        return false;
    if (!is_update)
        keep_date(f, iso);
    else if (!f->updated[0])
        memcpy(f->updated, iso, sizeof f->updated);
    return true;
}

/* ---- Datelines ---------------------------------------------------------------------------- */

/* Does the next line begin with a dash? */
static bool is_dash_next(const finder *f, const char *at)
{
    const char *end = f->clean->bytes + f->clean->n;
    while (at < end && (*at == '\n' || *at == ' ' || *at == '\r'))
        at++;
    return (end - at > 1 && memcmp(at, "- ", 2) == 0) ||
           (end - at > 2 && memcmp(at, "-- ", 3) == 0);
}

/* "NIAMEY, Niger, 12 March 2024 (Agency) - Traders ...": bytes up to the text; 0: there is none. A place in capitals, or a
 * date, and a dash or, in the head, a colon; between them commas, capitalised words and brackets. */
static size_t dateline(finder *f, const char *text, size_t n, char iso[11])
{
    static const char *const ends[] = {": ", "- ", "\xe2\x80\x93 ", "\xe2\x80\x94 "};
    const size_t first_end =
        f->n_line <= HEAD_LINES ? 0 : 1; /* later a colon is behind who speaks */
    size_t i = 0, n_capital = 0;
    bool is_sure = false, in_brackets = false;
    iso[0] = '\0';
    while (i < n && i < 80) {
        for (size_t k = first_end; i > 0 && k < sizeof ends / sizeof *ends; k++)
            if (n - i > strlen(ends[k]) && memcmp(text + i, ends[k], strlen(ends[k])) == 0)
                return is_sure ? i + strlen(ends[k]) : 0;
        const bool after_mark = i == 0 || strchr(",( ", text[i - 1]);
        const size_t n_date = after_mark ? dtn_date_match(text + i, n - i, iso) : 0;
        const bool begins_so = i == 0 || strchr(",(", text[i - 1]) || (i > 1 && text[i - 2] == ',');
        if (n_date && begins_so) {
            is_sure = true;
            i += n_date;
            continue;
        }
        const size_t n_day = is_sure && begins_so ? dtn_day_match(text + i, n - i) : 0;
        if (n_day) { /* "NIAMEY, Oct 14 (Agency) -": its year may stand in the text */
            if (!f->day) {
                f->day = text + i;
                f->n_day = n_day;
            }
            i += n_day;
            continue;
        }
        in_brackets = text[i] == '(' || (in_brackets && text[i] != ')');
        n_capital = text[i] >= 'A' && text[i] <= 'Z' ? n_capital + 1 : 0;
        is_sure = is_sure || n_capital >= 4;
        const bool is_small = text[i] >= 'a' && text[i] <= 'z';
        if (!in_brackets && is_small && after_mark)
            return 0; /* a sentence */
        if (strchr(".!?;\n", text[i]) || (dtn_is_digit(text[i]) && !in_brackets))
            return 0;
        i++;
    }
    /* hard-wrapped, with the dash at the line's end or on the next one */
    const bool is_dash = i > 0 && text[i - 1] == '-'; /* long ones are two of them by now */
    return is_sure && i == n && (is_dash || is_dash_next(f, text + n)) ? n : 0;
}

/* Days from the document's last full date to the dateline's day that a year is taken over; more may be another year's. */
#define NEAR_DAYS 60

/* The dateline's day in that year: "Oct 14" with ", 2025", "14 October" with " 2025". */
static bool day_in_year(const finder *f, const char year[5], char iso[11])
{
    char text[48];
    const int n = (int)f->n_day;
    return (snprintf(text, sizeof text, "%.*s, %.4s", n, f->day, year) < (int)sizeof text &&
            dtn_date_match(text, strlen(text), iso) == strlen(text)) ||
           (snprintf(text, sizeof text, "%.*s %.4s", n, f->day, year) < (int)sizeof text &&
            dtn_date_match(text, strlen(text), iso) == strlen(text));
}

/* A dateline without its year is of the year of the last full date that the text tells of, if that is at most NEAR_DAYS
 * before: else it may be another year's. */
static void find_year(finder *f)
{
    const dtn_clean *c = f->clean;
    char iso[11], last[11] = "";
    int64_t then = 0, day = 0;
    if (!f->day || f->out->date)
        return;
    for (size_t i = 0; i < c->n; i++) {
        if (i > 0 && (dtn_is_digit(c->bytes[i - 1]) || !strchr(" \n(,", c->bytes[i - 1])))
            continue;
        if (dtn_date_match(c->bytes + i, c->n - i, iso) && strcmp(iso, last) > 0)
            memcpy(last, iso, sizeof last);
    }
    if (last[0] && day_in_year(f, last, iso) && dtn_days_of(iso, &day) &&
        dtn_days_of(last, &then) && day >= then && day - then <= NEAR_DAYS)
        keep_date(f, iso);
}

static bool read_head(finder *f, const char *text, size_t n)
{
    static const char *const dates[] = {
        "date", "published", "published on", "publication date", "posted", "updated", NULL};
    static const char *const titles[] = {"title", "headline", NULL};
    static const char *const sources[] = {"source", "publisher", "publication", "newspaper", NULL};
    dtn_arena *arena = f->clean->arena;
    char iso[11];
    size_t k = field_of(text, n, dates);
    const size_t n_date = dtn_date_match(text + k, n - k, iso);
    if (n_date && (k || n_date == n) && !begins_with(text, n, "updated")) {
        keep_date(f, iso);
        return true;
    }
    if (k && !n_date)
        return n - k < 60; /* a date without its year, say: no sentence either */
    k = field_of(text, n, titles);
    if (k && k < n) {
        f->out->title = dtn_arena_strndup(arena, text + k, n - k);
        return true;
    }
    k = field_of(text, n, sources);
    if (k && k < n && n < 200) {
        f->out->source = dtn_arena_strndup(arena, text + k, n - k);
        return true;
    }
    return read_byline(f, text, n);
}

/* ---- Lines to paragraphs ------------------------------------------------------------ */

/* Length of a list mark with the blank behind it: "- ", "* ", "3. ", "(b) ". */
static uint32_t list_mark(const dtn_clean *c, uint32_t at, uint32_t end)
{
    const char *p = c->bytes;
    uint32_t i = at;
    if (i < end && (p[i] == '-' || p[i] == '*')) {
        i++;
    } else {
        const bool has_open = i < end && p[i] == '(';
        i += has_open;
        const uint32_t first = i;
        while (i < end && i - first < 2 && dtn_is_digit(p[i]))
            i++;
        if (i == first && has_open && i < end && p[i] >= 'a' && p[i] <= 'z')
            i++;
        if (i == first || i >= end || !(p[i] == ')' || (p[i] == '.' && !has_open)))
            return 0;
        i++;
    }
    return i < end && (p[i] == ' ' || p[i] == '\t') ? i + 1 - at : 0;
}

static bool ends_sentence(const dtn_clean *c, uint32_t begin, uint32_t end)
{
    while (end > begin && strchr("\"')]", c->bytes[end - 1]))
        end--;
    return end > begin && strchr(".?!:;", c->bytes[end - 1]);
}

static bool begins_small(const dtn_clean *c, uint32_t at, uint32_t end)
{
    return at < end && c->bytes[at] >= 'a' && c->bytes[at] <= 'z';
}

static bool is_wrapped(const dtn_clean *c)
{
    size_t n_pair = 0, n_even = 0;
    for (uint32_t at = 0; at < c->n;) {
        const uint32_t end = line_end(c, at), begin = skip_blanks(c, at, end), next = end + 1;
        const uint32_t last = trim(c, begin, end), next_end = line_end(c, next);
        if (last > begin && next < c->n && skip_blanks(c, next, next_end) < next_end) {
            n_pair++;
            n_even += last - at >= 45 && last - at <= 110;
        }
        at = next;
    }
    return n_pair >= 3 && n_even * 10 >= n_pair * 7;
}

/* Does this line go on with the paragraph before it? */
static bool goes_on(const finder *f, uint32_t begin, uint32_t end)
{
    if (f->n == 0 || f->after_blank || f->heading_next || f->item_next)
        return false;
    const dtn_paragraph *last = &f->items[f->n - 1];
    if (f->is_html)
        return begins_small(f->clean, begin, end) &&
               !ends_sentence(f->clean, last->begin, last->end);
    if (f->is_wrapped)
        return true;
    return !ends_sentence(f->clean, last->begin, last->end) && begins_small(f->clean, begin, end);
}

static void add_line(finder *f, uint32_t begin, uint32_t end)
{
    const dtn_clean *c = f->clean;
    const uint32_t mark = f->is_html ? 0 : list_mark(c, begin, end);
    const char *text = c->bytes + begin;
    if (!mark && is_boilerplate(text, end - begin))
        return;
    if (!mark && f->n_line++ < HEAD_LINES && !f->heading_next && read_head(f, text, end - begin)) {
        f->after_blank = true;
        return;
    }
    if (!mark && goes_on(f, begin, end)) {
        f->items[f->n - 1].end = end;
        return;
    }
    char iso[11] = "";
    const bool is_text = f->is_wrapped || end - begin > 110 || ends_sentence(c, begin, end) ||
                         is_dash_next(f, text + (end - begin)) || text[end - begin - 1] == '-';
    const size_t place =
        mark || f->heading_next || !is_text ? 0 : dateline(f, text, end - begin, iso);
    if (place && iso[0] != '\0')
        keep_date(f, iso);
    const dtn_paragraph p = {.begin = begin + mark + (uint32_t)place,
                             .end = end,
                             .is_heading = f->heading_next,
                             .is_item = f->item_next || mark};
    f->heading_next = f->item_next = f->after_blank = false;
    if (p.begin < p.end)
        DTN_PUSH(c->arena, f->items, f->n, f->cap, p);
}

static void add_lines(finder *f, uint32_t begin, uint32_t end)
{
    const dtn_clean *c = f->clean;
    for (uint32_t at = begin; at < end;) {
        uint32_t stop = line_end(c, at);
        stop = stop < end ? stop : end;
        const uint32_t first = skip_blanks(c, at, stop), last = trim(c, first, stop);
        if (first < last)
            add_line(f, first, last);
        else if (stop < end || !f->is_html)
            f->after_blank = true;
        at = stop + 1;
    }
}

/* A short paragraph of one line without a full stop, before another paragraph. */
static void find_headings(finder *f)
{
    const dtn_clean *c = f->clean;
    for (size_t i = 0; i + 1 < f->n; i++) {
        dtn_paragraph *p = &f->items[i];
        if (p->is_item || p->is_heading || p->end - p->begin > 110 ||
            memchr(c->bytes + p->begin, '\n', p->end - p->begin))
            continue;
        uint32_t last = p->end;
        while (last > p->begin && strchr("\"')", c->bytes[last - 1]))
            last--;
        const char mark = c->bytes[last - (last > p->begin)];
        const bool is_small = begins_small(c, p->begin, p->end);
        /* a question may be a title, at the top */
        p->is_heading = !is_small && !strchr(i == 0 ? ".!:;," : ".!?:;,", mark);
    }
}

static void find_title(finder *f)
{
    if (f->out->title)
        return;
    for (size_t i = 0; i < f->n && i < 2; i++) {
        const dtn_paragraph *p = &f->items[i];
        if (p->is_heading) {
            f->out->title =
                dtn_arena_strndup(f->clean->arena, f->clean->bytes + p->begin, p->end - p->begin);
            return;
        }
    }
}

void dtn_paragraphs_find(const dtn_clean *clean, bool is_html, dtn_text *out,
                         dtn_paragraph **paragraphs, size_t *n)
{
    finder f = {.clean = clean, .is_html = is_html, .out = out, .after_blank = true};
    f.is_wrapped = !is_html && is_wrapped(clean);
    uint32_t begin = 0;
    for (uint32_t i = 0; i <= clean->n; i++) {
        const char c = i < clean->n ? clean->bytes[i] : DTN_CLEAN_BLOCK;
        if (c != DTN_CLEAN_BLOCK && c != DTN_CLEAN_HEADING && c != DTN_CLEAN_ITEM)
            continue;
        add_lines(&f, begin, i);
        f.after_blank = true;
        if (c == DTN_CLEAN_BLOCK)
            f.heading_next = f.item_next = false;
        f.heading_next |= c == DTN_CLEAN_HEADING;
        f.item_next |= c == DTN_CLEAN_ITEM;
        begin = i + 1;
    }
    if (!is_html)
        find_headings(&f);
    find_title(&f);
    find_year(&f);
    if (f.updated[0])
        keep_date(&f, f.updated);
    *paragraphs = f.items;
    *n = f.n;
}
