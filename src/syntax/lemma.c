/* Lemmas by rules of English spelling, for words that the treebanks do not have.
 *
 * Plurals and third persons lose their s; -ed and -ing are taken off, with y for i, doubled
 * consonants single again, and a silent e where the ending of the stem asks for one. Irregular forms
 * are in the weights file. The rules are wrong for some rare words, which then stay as they are spelt.
 */
#include "syntax/inner.h"

#include <string.h>

static bool ends(const char *text, size_t n, const char *end)
{
    const size_t k = strlen(end);
    return n >= k && memcmp(text + n - k, end, k) == 0;
}

static bool is_one_of(char c, const char *list) { return c != '\0' && strchr(list, c) != NULL; }

static void singular(char *w, size_t n)
{
    if (n > 4 && ends(w, n, "ies"))
        memcpy(w + n - 3, "y", 2);
    else if (n > 4 &&
             (ends(w, n, "shes") || ends(w, n, "ches") || ends(w, n, "sses") || ends(w, n, "xes")))
        w[n - 2] = '\0';
    else if (n > 2 && w[n - 1] == 's' && w[n - 2] != 's')
        w[n - 1] = '\0';
}

static bool wants_e(const char *w, size_t n)
{
    static const char *const stems[] = {"at", "ut", "id", "od", "ar", "ir", "ur"};
    const char last = w[n - 1], before = n > 1 ? w[n - 2] : '\0';
    if (n > 3 && is_one_of(before, "aeiou") && is_one_of(last, "vcszug"))
        return true;
    if (n > 2 && (is_one_of(last, "vczu") || (last == 'g' && before != 'n') ||
                  (last == 's' && before != 's')))
        return true;
    for (size_t i = 0; n > 3 && i < sizeof stems / sizeof *stems; i++)
        if (ends(w, n, stems[i]))
            return true;
    return false;
}

static void stem(char *w, size_t n, size_t cut)
{
    if (cut == 2 && w[n - 3] == 'i') {
        memcpy(w + n - 3, "y", 2);
        return;
    }
    n -= cut;
    w[n] = '\0';
    if (n > 2 && w[n - 1] == w[n - 2] && !is_one_of(w[n - 1], "ls"))
        w[n - 1] = '\0';
    else if (wants_e(w, n))
        memcpy(w + n, "e", 2);
}

void dtn_lemma_by_rule(const char *low, const char *upos, const char *xpos, char *out)
{
    const size_t n = strlen(low);
    memcpy(out, low, n + 1);
    if (strcmp(xpos, "NNS") == 0 || strcmp(xpos, "VBZ") == 0 || strcmp(xpos, "NNPS") == 0)
        singular(out, n);
    else if (strcmp(upos, "VERB") != 0 && strcmp(upos, "AUX") != 0)
        return;
    else if ((strcmp(xpos, "VBD") == 0 || strcmp(xpos, "VBN") == 0) && n > 4 && ends(low, n, "ed"))
        stem(out, n, 2);
    else if (strcmp(xpos, "VBG") == 0 && n > 5 && ends(low, n, "ing"))
        stem(out, n, 3);
}
