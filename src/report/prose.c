/* Growing text: escapes, numbers as a person reads them.
 *
 * Numbers are rounded half away from zero after scaling by a power of ten and printed from the
 * integer, so that no locale takes part and the same figure gives the same bytes everywhere.
 * web/src/format.ts follows the same rules for what the charts say.
 * Not here: what is said (words.c), where it stands (table.c, page.c).
 */
#include "report/prose.h"

#include "base/arena.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dtn_prose_init(dtn_prose *out, bool is_html) { *out = (dtn_prose){.is_html = is_html}; }

void dtn_prose_free(dtn_prose *out)
{
    dtn_free(out->text);
    dtn_prose_init(out, out->is_html);
}

char *dtn_prose_take(dtn_prose *out)
{
    dtn_prose_raw(out, ""); /* an empty text is a text too */
    char *text = out->text;
    if (out->failed) {
        dtn_free(text);
        text = NULL;
    }
    dtn_prose_init(out, out->is_html);
    return text;
}

static bool make_room(dtn_prose *out, size_t n)
{
    if (out->failed)
        return false;
    if (out->text != NULL && out->n + n + 1 <= out->cap)
        return true;
    size_t cap = out->cap < 512 ? 1024 : out->cap * 2;
    while (cap < out->n + n + 1)
        cap *= 2;
    char *text = dtn_realloc(out->text, cap);
    if (text == NULL) {
        out->failed = true;
        return false;
    }
    out->text = text;
    out->cap = cap;
    return true;
}

void dtn_prose_bytes(dtn_prose *out, const char *text, size_t n)
{
    if (!make_room(out, n))
        return;
    if (n > 0)
        memcpy(out->text + out->n, text, n);
    out->n += n;
    out->text[out->n] = '\0';
}

void dtn_prose_raw(dtn_prose *out, const char *text) { dtn_prose_bytes(out, text, strlen(text)); }

void dtn_prose_print(dtn_prose *out, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        out->failed = true;
    else if (make_room(out, (size_t)n)) {
        vsnprintf(out->text + out->n, (size_t)n + 1, fmt, again);
        out->n += (size_t)n;
    }
    va_end(again);
}

static void say_html(dtn_prose *out, const char *text, size_t n)
{
    for (const char *p = text; p < text + n; p++) {
        if (p[0] == ' ' && p + 1 < text + n && p[1] == '%') { /* "95 %" stays on one line */
            dtn_prose_raw(out, "\u00a0");
            continue;
        }
        switch (*p) {
        case '&': dtn_prose_raw(out, "&amp;"); break;
        case '<': dtn_prose_raw(out, "&lt;"); break;
        case '>': dtn_prose_raw(out, "&gt;"); break;
        case '"': dtn_prose_raw(out, "&quot;"); break;
        case '\'': dtn_prose_raw(out, "&#39;"); break;
        default: dtn_prose_bytes(out, p, 1);
        }
    }
}

void dtn_prose_say_bytes(dtn_prose *out, const char *text, size_t n)
{
    if (out->is_html)
        say_html(out, text, n);
    else
        dtn_prose_bytes(out, text, n);
}

void dtn_prose_say(dtn_prose *out, const char *text)
{
    if (text != NULL)
        dtn_prose_say_bytes(out, text, strlen(text));
}

void dtn_prose_strong(dtn_prose *out, const char *text)
{
    dtn_prose_raw(out, out->is_html ? "<strong>" : "");
    dtn_prose_say(out, text);
    dtn_prose_raw(out, out->is_html ? "</strong>" : "");
}

void dtn_prose_date(dtn_prose *out, const char *iso_date)
{
    dtn_prose_raw(out, out->is_html ? "<time>" : "");
    dtn_prose_say(out, iso_date);
    dtn_prose_raw(out, out->is_html ? "</time>" : "");
}

void dtn_prose_json_string(dtn_prose *out, const char *text)
{
    dtn_prose_raw(out, "\"");
    for (const char *p = text == NULL ? "" : text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            dtn_prose_print(out, "\\%c", c);
        else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7f)
            dtn_prose_print(out, "\\u%04x", c);
        else
            dtn_prose_bytes(out, p, 1);
    }
    dtn_prose_raw(out, "\"");
}

void dtn_prose_json_number(dtn_prose *out, double value)
{
    char text[DTN_DOUBLE_MAX_TEXT];
    if (!isfinite(value)) {
        dtn_prose_raw(out, "null");
        return;
    }
    dtn_prose_bytes(out, text, dtn_double_to_text(value, text));
}

/* Digits of `n` in groups of three. */
static void put_grouped(dtn_prose *out, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            dtn_prose_raw(out, ",");
        dtn_prose_bytes(out, digits + i, 1);
    }
}

enum { MOST_DECIMALS = 6 };

static void put_number(dtn_prose *out, double value, int decimals, bool with_plus)
{
    static const double power[] = {1, 10, 100, 1000, 1e4, 1e5, 1e6};
    if (!isfinite(value)) {
        dtn_prose_raw(out, out->is_html ? "\u2013" : "-");
        return;
    }
    if (decimals < 0 || decimals > MOST_DECIMALS)
        decimals = MOST_DECIMALS;
    double a = fabs(value) * power[decimals];
    if (a >= 1e15) { /* beyond exact integers: as it is */
        dtn_prose_json_number(out, value);
        return;
    }
    uint64_t scaled = (uint64_t)(a + 0.5);
    uint64_t unit = (uint64_t)power[decimals];
    if (scaled > 0 && value < 0)
        dtn_prose_raw(out, out->is_html ? "\u2212" : "-");
    else if (scaled > 0 && with_plus)
        dtn_prose_raw(out, "+");
    put_grouped(out, scaled / unit);
    if (decimals > 0)
        dtn_prose_print(out, ".%0*" PRIu64, decimals, scaled % unit);
}

void dtn_prose_number(dtn_prose *out, double value, int decimals)
{
    put_number(out, value, decimals, false);
}

void dtn_prose_signed(dtn_prose *out, double value, int decimals)
{
    put_number(out, value, decimals, true);
}

/* The digits of an exponent, raised in HTML. */
static void put_power(dtn_prose *out, int power)
{
    static const char *const raised[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    char digits[16];
    (void)snprintf(digits, sizeof digits, "%d", power);
    if (!out->is_html) {
        dtn_prose_print(out, "e%s", digits);
        return;
    }
    dtn_prose_raw(out, "\u00a0\u00d7\u00a010");
    for (const char *p = digits; *p != '\0'; p++)
        dtn_prose_raw(out, *p == '-' ? "\u207b" : raised[*p - '0']);
}

/* 1.23e-9: the C library's digits without its locale's point. */
static void put_scientific(dtn_prose *out, double value, bool with_plus)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%.2e", fabs(value));
    const char *power = strchr(text, 'e');
    if (value < 0)
        dtn_prose_raw(out, out->is_html ? "\u2212" : "-");
    else if (with_plus)
        dtn_prose_raw(out, "+");
    dtn_prose_print(out, "%c.%.2s", text[0], power - 2);
    put_power(out, (int)strtol(power + 1, NULL, 10));
}

static void put_value(dtn_prose *out, double value, double noise, bool with_plus)
{
    const double a = fabs(value);
    const bool is_nothing = !isnan(value) && (!(a > 0) || a < noise);
    int decimals = 0;
    if (!is_nothing && isfinite(a) && (a < 1e-4 || a >= 1e15)) {
        put_scientific(out, value, with_plus);
        return;
    }
    for (double least = 100; !is_nothing && a < least; least /= 10)
        decimals++;
    put_number(out, is_nothing ? 0 : value, decimals, with_plus);
}

void dtn_prose_value(dtn_prose *out, double value, double noise)
{
    put_value(out, value, noise, false);
}

void dtn_prose_change(dtn_prose *out, double value, double noise)
{
    put_value(out, value, noise, true);
}

void dtn_prose_percent(dtn_prose *out, double share)
{
    if (!isfinite(share)) {
        dtn_prose_raw(out, out->is_html ? "\u2013" : "-");
        return;
    }
    if (share > 0 && share < 0.01)
        dtn_prose_say(out, "< 1");
    else if (share < 1 && share > 0.99)
        dtn_prose_say(out, "> 99");
    else
        dtn_prose_print(out, "%d", (int)(share * 100 + 0.5));
    dtn_prose_raw(out, out->is_html ? "\u00a0%" : " %");
}

/* Is the remainder of share k given its hundredth before that of share i? */
static bool is_before(double k, double i, bool stands_before)
{
    const double a = 100 * k - floor(100 * k), b = 100 * i - floor(100 * i);
    return a > b || (!(b > a) && stands_before);
}

/* Share i as it is shown, so that what is shown of those n adds up to 1. */
static double shown_share(const double *shares, size_t stride, size_t n, size_t i)
{
    const double share = shares[i * stride];
    double sum = 0, whole = 0;
    size_t n_before = 0;
    for (size_t k = 0; k < n; k++) {
        sum += shares[k * stride];
        whole += floor(100 * shares[k * stride]);
        n_before += k != i && is_before(shares[k * stride], share, k < i);
    }
    const bool is_up = (double)n_before < 100 - whole && 100 * share > floor(100 * share);
    if (!(fabs(sum - 1) < 1e-9) || share < 0.01 || (share > 0.99 && share < 1))
        return share; /* "< 1 %", "> 99 %" */
    return (floor(100 * share) + is_up) / 100;
}

void dtn_prose_percent_of(dtn_prose *out, const double *shares, size_t stride, size_t n, size_t i)
{
    dtn_prose_percent(out, shown_share(shares, stride, n, i));
}

void dtn_prose_percent_with(dtn_prose *out, double share, const double *shares, size_t stride,
                            size_t n, size_t i)
{
    const double part = shares[i * stride], shown = shown_share(shares, stride, n, i);
    const bool is_same = !(share > part) && !(share < part) && !isnan(share);
    dtn_prose_percent(out, is_same || (share > part && share < shown) ? shown : share);
}

void dtn_prose_count(dtn_prose *out, uint64_t n) { put_grouped(out, n); }

/* ---- Lines of a terminal ---- */

size_t dtn_prose_width(const char *text, size_t n)
{
    size_t w = 0;
    for (size_t i = 0; i < n; i++)
        w += ((unsigned char)text[i] & 0xC0) != 0x80;
    return w;
}

void dtn_prose_pad(dtn_prose *out, size_t n)
{
    while (n-- > 0)
        dtn_prose_raw(out, " ");
}

/* Bytes of the next line of `text` within `width`: whole words, or a piece of a longer one. */
size_t dtn_prose_line(const char *text, size_t width)
{
    size_t cut = 0, w = 0, i = 0;
    for (; text[i] != '\0' && text[i] != '\n'; i++) {
        if (text[i] == ' ' && text[i + 1] != '%') /* "95 %" stays together */
            cut = i;
        w += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (w > width)
            return cut > 0 ? cut : i;
    }
    return i;
}

const char *dtn_prose_skip(const char *text)
{
    while (*text == ' ' || *text == '\n')
        text++;
    return text;
}

void dtn_prose_wrap(dtn_prose *out, const char *text, size_t width, size_t indent)
{
    for (text = dtn_prose_skip(text); *text != '\0';) {
        size_t n = dtn_prose_line(text, width - indent);
        dtn_prose_bytes(out, text, n);
        dtn_prose_raw(out, "\n");
        text = dtn_prose_skip(text + n);
        if (*text != '\0')
            dtn_prose_pad(out, indent);
    }
}
