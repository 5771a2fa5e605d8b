/* Sentences of a paragraph.
 *
 * A sentence ends after . ? ! (with the quotes and brackets that close there) before white space and
 * something that can begin another, unless the dot belongs to an abbreviation, an initial or a
 * number; before lower case, where the word before is spelt out. "U.S." and its like end one only
 * before a word that begins sentences rather than names. Rules, not a model: reports are written by the book, and a rule can be read.
 */
#include "text/inner.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

static uint32_t blanks_end(const char *text, uint32_t at, uint32_t end)
{
    while (at < end && dtn_is_blank(text[at]))
        at++;
    return at;
}

/* Past closing quotes and brackets. */
static uint32_t closing_end(const char *text, uint32_t at, uint32_t end)
{
    while (at < end && strchr("\"')]", text[at]))
        at++;
    return at;
}

static bool can_begin(const char *text, uint32_t at, uint32_t end)
{
    while (at < end && strchr("\"'([`-*", text[at]))
        at++;
    if (at >= end)
        return true;
    int32_t i = (int32_t)at;
    UChar32 c;
    U8_NEXT((const uint8_t *)text, i, (int32_t)end, c);
    return c < 0 || u_isupper(c) || u_isdigit(c) || (u_isalpha(c) && !u_islower(c));
}

/* Words that begin sentences and, with a capital, seldom anything else. */
static bool is_opener(const char *text, uint32_t at, uint32_t end)
{
    static const char *const known[] = {
        "The",      "A",    "An",    "It",  "He",   "She",     "They",  "We",    "But",
        "And",      "In",   "On",    "At",  "This", "That",    "These", "Those", "There",
        "If",       "When", "While", "As",  "For",  "However", "Yet",   "So",    "Its",
        "Their",    "His",  "Her",   "Our", "What", "Why",     "How",   "After", "Since",
        "Although", "Both", "Such",  "Not", "No",   "I",       "You",   "Until", NULL};
    uint32_t stop = at;
    while (stop < end && dtn_is_ascii_letter(text[stop]))
        stop++;
    for (const char *const *k = known; *k; k++)
        if (strlen(*k) == stop - at && memcmp(text + at, *k, stop - at) == 0)
            return true;
    return false;
}

/* Does a sentence begin in lower case at `next`, after the dot at `at`? Where people write so, the word
 * before is an ordinary one, spelt out. */
static bool begins_small(const char *text, uint32_t begin, uint32_t at, uint32_t next, uint32_t end)
{
    uint32_t word = at;
    while (word > begin && text[word - 1] >= 'a' && text[word - 1] <= 'z')
        word--;
    return text[at] == '.' && next > at + 1 && dtn_is_blank(text[at + 1]) && next + 1 < end &&
           text[next] >= 'a' && text[next] <= 'z' && at - word >= 4 &&
           (word == begin || text[word - 1] == ' ') && !dtn_is_abbreviation(text, word, at);
}

/* Does the dot at `at` end a sentence, `next` being where the next word begins? */
static bool dot_ends(const char *text, uint32_t begin, uint32_t at, uint32_t next, uint32_t end)
{
    uint32_t word = at;
    while (word > begin && !dtn_is_blank(text[word - 1]) && !strchr("(\"[-", text[word - 1]))
        word--;
    if (next >= end)
        return true;
    if (at > begin && text[at - 1] == '.') /* an ellipsis */
        return true;
    if (memchr(text + word, '.', at - word) && at - word <= 7 && dtn_is_ascii_letter(text[word]) &&
        text[word + 1] == '.')
        return is_opener(text, next, end); /* U.S. */
    if (at - word == 1 && dtn_is_upper(text[word]) && text[word] != 'I')
        return false; /* an initial */
    if (dtn_is_abbreviation(text, word, at)) {
        static const char *const ends[] = {"etc", "Inc", "Ltd", "Corp", "Co",
                                           "Jr",  "Sr",  "al",  NULL};
        for (const char *const *k = ends; *k; k++)
            if (strlen(*k) == at - word && memcmp(text + word, *k, at - word) == 0)
                return is_opener(text, next, end);
        /* "No." is a word at a sentence's end unless a number follows */
        return at - word == 2 && memcmp(text + word, "No", 2) == 0 && !dtn_is_digit(text[next]);
    }
    return true;
}

/* ---- Tokens of a sentence --------------------------------------------------------- */

static dtn_token new_token(const dtn_splitter *s, uint32_t begin, uint32_t end)
{
    const dtn_clean *c = s->clean;
    return (dtn_token){.begin = dtn_clean_from(c, begin),
                       .end = dtn_clean_from(c, end - 1) + c->n_from[end - 1],
                       .form = dtn_arena_strndup(s->arena, c->bytes + begin, end - begin)};
}

/* The next DTN_TEXT_MAX_TOKENS at most of the text [at, end) as a sentence. */
static void add_sentence(dtn_splitter *s)
{
    const char *text = s->clean->bytes;
    const dtn_paragraph *p = &s->paragraphs[s->i_paragraph];
    dtn_text_sentence sentence = {.paragraph = (uint32_t)s->i_paragraph,
                                  .is_heading = p->is_heading,
                                  .is_item = p->is_item,
                                  .begins_paragraph = !s->has_begun};
    dtn_token tokens[DTN_TEXT_MAX_TOKENS];
    const uint32_t first = s->at;
    do {
        const uint32_t stop = dtn_token_end(text, first, s->at, s->end);
        tokens[sentence.n++] = new_token(s, s->at, stop);
        s->at = blanks_end(text, stop, s->end);
    } while (s->at < s->end && sentence.n < DTN_TEXT_MAX_TOKENS);
    sentence.tokens = DTN_NEW_N(s->arena, dtn_token, sentence.n);
    memcpy(sentence.tokens, tokens, sentence.n * sizeof *tokens);
    sentence.begin = sentence.tokens[0].begin;
    sentence.end = sentence.tokens[sentence.n - 1].end;
    s->has_begun = true;
    DTN_PUSH(s->arena, s->out, s->n, s->cap, sentence);
}

/* Where the sentence that begins at `begin` ends. */
static uint32_t sentence_end(const char *text, uint32_t begin, uint32_t end)
{
    for (uint32_t at = begin; at < end; at++) {
        const char c = text[at];
        if (c != '.' && c != '?' && c != '!')
            continue;
        const uint32_t stop = closing_end(text, at + 1, end), next = blanks_end(text, stop, end);
        if (stop < end && (next == stop || (!can_begin(text, next, end) &&
                                            !begins_small(text, begin, at, next, end))))
            continue;
        if (c != '.' || dot_ends(text, begin, at, next, end))
            return stop;
    }
    return end;
}

/* The next sentence's text into [at, end), of the next paragraph where this one is done. */
static bool find_next(dtn_splitter *s)
{
    const char *text = s->clean->bytes;
    while (s->i_paragraph < s->n_paragraph) {
        const dtn_paragraph *p = &s->paragraphs[s->i_paragraph];
        s->at = s->is_in ? s->end : p->begin;
        s->has_begun = s->is_in && s->has_begun;
        s->is_in = true;
        s->at = blanks_end(text, s->at, p->end);
        if (s->at < p->end) {
            s->end = sentence_end(text, s->at, p->end);
            return true;
        }
        s->i_paragraph++;
        s->is_in = false;
    }
    return false;
}

bool dtn_sentences_add(dtn_splitter *s, size_t most)
{
    const size_t most_tokens =
        most < SIZE_MAX / DTN_TEXT_USUAL_TOKENS ? most * DTN_TEXT_USUAL_TOKENS : SIZE_MAX;
    for (size_t n = 0, n_token = 0; n < most && n_token < most_tokens; n++) {
        if ((!s->is_in || s->at >= s->end) && !find_next(s))
            return false;
        add_sentence(s);
        n_token += s->out[s->n - 1].n;
    }
    return true;
}
