/** Growing text for the report: plain for the terminal, HTML for the page.
 *
 *  What is said is written once (words.c) and goes to both: dtn_prose_say escapes in an HTML text
 *  and does not in a plain one. A failed allocation marks the text as failed and drops what
 *  follows; the owner asks at the end.
 */
#ifndef DTN_REPORT_PROSE_H
#define DTN_REPORT_PROSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dtn_prose {
    char *text; /* dtn_alloc; NUL-terminated once something was written */
    size_t n, cap;
    bool is_html;
    bool failed; /* out of memory */
} dtn_prose;

void dtn_prose_init(dtn_prose *out, bool is_html);
void dtn_prose_free(dtn_prose *out);
/** The text (caller frees with dtn_free), NULL if it failed; `out` is empty afterwards. */
char *dtn_prose_take(dtn_prose *out);

/** Bytes as they are: markup, or text that is known to be safe. */
void dtn_prose_raw(dtn_prose *out, const char *text);
void dtn_prose_bytes(dtn_prose *out, const char *text, size_t n);
/** printf of integers and strings that are known to be safe (no %f: it follows the locale). */
void dtn_prose_print(dtn_prose *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Text of a person or a case: escaped in HTML. NULL writes nothing. */
void dtn_prose_say(dtn_prose *out, const char *text);
/** `n` bytes of it. */
void dtn_prose_say_bytes(dtn_prose *out, const char *text, size_t n);
/** The same, emphasised where the text can show it. */
void dtn_prose_strong(dtn_prose *out, const char *text);
/** An ISO date; the page does not break it over lines. */
void dtn_prose_date(dtn_prose *out, const char *iso_date);
/** A string literal of JSON with its quotes; '<', '>' and '&' are escaped, so that no text can
 *  end the <script> element it stands in. */
void dtn_prose_json_string(dtn_prose *out, const char *text);
/** A number of JSON in its shortest form; null if it is not finite. */
void dtn_prose_json_number(dtn_prose *out, double value);

/** A value with three digits that count, whatever stands beside it: 1,234, 56.7, 0.0123; below 0.0001 and from 1e15
 *  on 1.23e-9 (in HTML 1.23 × 10 with the power raised). Nothing, and what is below `noise` (>= 0), is "0". Signs and what
 *  is not finite as below. The page's script does the same (web/src/format.ts). */
void dtn_prose_value(dtn_prose *out, double value, double noise);
/** The same with '+' before positive ones. */
void dtn_prose_change(dtn_prose *out, double value, double noise);
/** With so many decimals, at most 3: 1,234.5; '-' in plain text and a true minus sign in HTML; a dash where not finite. */
void dtn_prose_number(dtn_prose *out, double value, int decimals);
/** The same with '+' before positive numbers. */
void dtn_prose_signed(dtn_prose *out, double value, int decimals);
/** A share as "72 %", "< 1 %", "> 99 %"; a dash where not finite. */
void dtn_prose_percent(dtn_prose *out, double share);
/** The same of share i of n that add up to 1, shares[i * stride]: what is shown of them adds up to 100, by largest
 *  remainders. Shares that do not add up to 1 are shown each for itself. */
void dtn_prose_percent_of(dtn_prose *out, const double *shares, size_t stride, size_t n, size_t i);
/** A share that holds share i of those n, as one ever in a state holds one at the end: never shown as less than it is, and
 *  the same where they are equal. */
void dtn_prose_percent_with(dtn_prose *out, double share, const double *shares, size_t stride,
                            size_t n, size_t i);
void dtn_prose_count(dtn_prose *out, uint64_t n); /* 2,000 */

/** Columns that `n` bytes of UTF-8 take. */
size_t dtn_prose_width(const char *text, size_t n);
/** Bytes of the first line of a text that is broken at `width` columns. */
size_t dtn_prose_line(const char *text, size_t width);
const char *dtn_prose_skip(const char *text); /* behind its leading blanks */
void dtn_prose_pad(dtn_prose *out, size_t n); /* n blanks */
/** A paragraph broken at `width` columns; lines after the first begin with `indent` blanks. */
void dtn_prose_wrap(dtn_prose *out, const char *text, size_t width, size_t indent);

#endif
