/** What the files of this room share: cleaned text that knows where it came from. */
#ifndef DTN_TEXT_INNER_H
#define DTN_TEXT_INNER_H

#include "text/text.h"

/* Control bytes of the document become blanks; these three mean something in cleaned text. */
#define DTN_CLEAN_BLOCK '\x01'   /* a paragraph ends here */
#define DTN_CLEAN_HEADING '\x02' /* the paragraph that begins here is a heading */
#define DTN_CLEAN_ITEM '\x03'    /* ... is an item of a list */

/** Cleaned text: UTF-8, plain quotes and dashes. Byte i came from the n_from[i] bytes of the document
 *  at dtn_clean_from(clean, i), of which from[i] has the low half; the high half changes seldom, and
 *  `turns` has where: four bytes a byte in all. */
typedef struct dtn_clean_turn {
    uint32_t at, high; /* from cleaned byte `at` on the high half is `high` */
} dtn_clean_turn;
typedef struct dtn_clean {
    char *bytes;
    uint16_t *from;
    uint8_t *n_from;
    size_t n, cap;
    dtn_clean_turn *turns;
    size_t n_turn, cap_turn;
    size_t n_invalid; /* bytes of the document that were not UTF-8 */
    uint32_t first_invalid;
    dtn_arena *arena;
} dtn_clean;

/** Room for a document of n bytes; cleaning makes at most DTN_CLEAN_GROWTH n bytes of it. */
#define DTN_CLEAN_GROWTH 3
void dtn_clean_init(dtn_clean *clean, size_t n, dtn_arena *arena);
uint32_t dtn_clean_from(const dtn_clean *clean, size_t i);
/** One cleaned byte from the bytes [begin, begin + n) of the document (n at most 255). */
void dtn_clean_add(dtn_clean *clean, char byte, uint32_t begin, uint32_t n);
/** A code point as cleaned: nothing for a soft hyphen, '-' for a dash, ' ' for any blank. */
void dtn_clean_add_char(dtn_clean *clean, int32_t c, uint32_t begin, uint32_t n);
/** The character of the document at `at`, cleaned; returns where the next begins. */
uint32_t dtn_clean_next(dtn_clean *clean, const char *bytes, uint32_t n, uint32_t at);
/** Counts the bytes of a UTF-16 document of n bytes, whose characters begin at byte `first`, instead of those of
 *  `utf8`, what was cleaned of it. */
void dtn_clean_recount(dtn_clean *clean, const char *utf8, size_t first, size_t n);

/** HTML to cleaned text, its title, date and source to `out` where its head names them. */
void dtn_html_read(const char *name, const char *bytes, uint32_t n, dtn_clean *clean, dtn_text *out,
                   dtn_diags *diags);

/** A paragraph of cleaned text, without marks and blanks at its ends. */
typedef struct dtn_paragraph {
    uint32_t begin, end;
    bool is_heading, is_item;
} dtn_paragraph;
/** Paragraphs, boilerplate left out; title, date and source to `out` where not there yet. */
void dtn_paragraphs_find(const dtn_clean *clean, bool is_html, dtn_text *out,
                         dtn_paragraph **paragraphs, size_t *n);

/** A date in words or figures, with its year ("12 October 2025", "Oct. 12, 2025", "2025-10-12", "14.01.2026"), at
 *  the beginning of the n bytes: its length, 0 if there is none. iso: 11 bytes. */
size_t dtn_date_match(const char *text, size_t n, char iso[11]);
/** "Oct 14", "October 14th", "14 Oct": a day without its year. */
size_t dtn_day_match(const char *text, size_t n);

/** Does a line of a document's head, which is no sentence, give the document's date? `is_title`: it may be the title.
 *  *is_update: the day of a change, which counts where no other is given. iso: 11 bytes. */
bool dtn_head_date(const char *text, size_t n, bool is_title, char iso[11], bool *is_update);

/** Sentences of paragraphs, a part at a time. */
typedef struct dtn_splitter {
    const dtn_clean *clean;
    const dtn_paragraph *paragraphs;
    size_t n_paragraph, i_paragraph;
    uint32_t at, end; /* what is left of the sentence at hand; at == end: none */
    bool is_in;       /* `at` lies in paragraph i_paragraph; else that begins */
    bool has_begun;   /* a sentence of it stands already */
    dtn_arena *arena; /* of what follows: of this part */
    dtn_text_sentence *out;
    size_t n, cap;
} dtn_splitter;
/** At most about `most` more sentences, appended, fewer where they are long; false: there are no more. */
bool dtn_sentences_add(dtn_splitter *s, size_t most);

/** Where the token at `at` (no blank) of a sentence that ends at `end` ends: at most
 *  DTN_TEXT_MAX_FORM bytes, whole characters. `begin`: of the sentence. */
uint32_t dtn_token_end(const char *text, uint32_t begin, uint32_t at, uint32_t end);
/** Does the word [begin, end) stand for an abbreviation that is written with a dot? */
bool dtn_is_abbreviation(const char *text, uint32_t begin, uint32_t end);

static inline bool dtn_is_blank(char c) { return c == ' ' || (c >= 0 && c <= '\r'); }
static inline bool dtn_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool dtn_is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool dtn_is_ascii_letter(char c) { return dtn_is_upper(c) || (c >= 'a' && c <= 'z'); }

#endif
