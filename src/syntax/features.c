/* A word as the network sees it.
 *
 * The word in lower case with digits as 0, for the vocabulary; and ten hashed features for words
 * that the vocabulary lacks: its shape (capitals, digits, hyphens; runs cut at two), itself, its
 * beginnings of 2 to 4 bytes and endings of 1 to 5. Bytes, not characters: UTF-8 letters beyond
 * ASCII are rare in English, and a cut letter still hashes to the same place every time.
 */
#include "syntax/inner.h"

#include "base/text.h"

#include <string.h>

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

static char shape_of(char c)
{
    if (is_upper(c))
        return 'X';
    if (c >= 'a' && c <= 'z')
        return 'x';
    if (c >= '0' && c <= '9')
        return '0';
    return (unsigned char)c >= 0x80 ? 'u' : c;
}

#define MAX_FORM 256 /* bytes that count */

void dtn_syn_features_get(const char *form, bool is_first, dtn_syn_features *out)
{
    char low[MAX_FORM], shape[MAX_FORM + 1];
    size_t n = strlen(form), n_shape = 0;
    if (n > MAX_FORM)
        n = MAX_FORM;
    shape[n_shape++] = is_first ? '^' : ' ';
    for (size_t i = 0; i < n; i++) {
        const char s = shape_of(form[i]);
        low[i] = s == 'X' ? (char)(form[i] + 32) : s == '0' ? '0' : form[i];
        if (n_shape < 3 || shape[n_shape - 1] != s || shape[n_shape - 2] != s)
            shape[n_shape++] = s;
    }
    out->word = dtn_hash64(low, n, 0);
    uint32_t k = 0;
    const uint32_t mask = DTN_SYN_BUCKETS - 1;
    out->affix[k++] = (uint32_t)dtn_hash64(shape, n_shape, 1) & mask;
    out->affix[k++] = (uint32_t)dtn_hash64(low, n, 2) & mask;
    for (size_t m = 2; m <= 4; m++)
        out->affix[k++] = (uint32_t)dtn_hash64(low, m < n ? m : n, 1 + m) & mask;
    for (size_t m = 1; m <= 5; m++)
        out->affix[k++] =
            (uint32_t)dtn_hash64(low + n - (m < n ? m : n), m < n ? m : n, 5 + m) & mask;
}
