/* Lemmas by rules that the trainer learned (tools/parser/lemmas.c).
 *
 * A word's rule is that of its Penn tag and its longest known ending, the whole word going before
 * all endings. "Ending" counts bytes of the form in lower case; capitals beyond ASCII stay.
 */
#include "syntax/inner.h"

#include <string.h>

int dtn_syn_rule_compare(const dtn_syn_rule *a, const dtn_syn_rule *b)
{
    if (a->xpos != b->xpos)
        return a->xpos < b->xpos ? -1 : 1;
    return strcmp(a->ending, b->ending);
}

/* The first rule of a tag, or of the next one that has any. */
static size_t first_of(const dtn_syn_rule *rules, size_t n, unsigned xpos)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t at = low + (high - low) / 2;
        if (rules[at].xpos < xpos)
            low = at + 1;
        else
            high = at;
    }
    return low;
}

/* Among the rules of one tag. */
static const dtn_syn_rule *find(const dtn_syn_rule *rules, size_t n, const char *ending)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t at = low + (high - low) / 2;
        const int order = strcmp(rules[at].ending, ending);
        if (order == 0)
            return &rules[at];
        if (order < 0)
            low = at + 1;
        else
            high = at;
    }
    return NULL;
}

#define MAX_WORD 256 /* bytes; what is longer is its own lemma */

void dtn_syn_lemma(const dtn_syn_rule *rules, size_t n_rule, const char *form, uint8_t xpos,
                   char *out, size_t n_out)
{
    char low[MAX_WORD + 2] = {'^'};
    const size_t n = strlen(form);
    const dtn_syn_rule *rule = NULL;
    if (n <= MAX_WORD) {
        const size_t first = first_of(rules, n_rule, xpos);
        rules += first;
        n_rule = first_of(rules, n_rule - first, (unsigned)xpos + 1);
        for (size_t i = 0; i < n; i++)
            low[i + 1] = form[i] >= 'A' && form[i] <= 'Z' ? (char)(form[i] + 32) : form[i];
        rule = find(rules, n_rule, low);
        for (size_t k = n < DTN_SYN_MAX_ENDING ? n : DTN_SYN_MAX_ENDING; !rule; k--) {
            rule = find(rules, n_rule, low + 1 + n - k);
            if (k == 0)
                break;
        }
    }
    const char *from = rule && !rule->keeps_case ? low + 1 : form;
    const size_t keep = rule && rule->cut <= n ? n - rule->cut : n;
    size_t k = keep < n_out - 1 ? keep : n_out - 1;
    memcpy(out, from, k);
    for (const char *p = rule && rule->cut <= n ? rule->add : ""; *p && k < n_out - 1; p++)
        out[k++] = *p;
    out[k] = '\0';
}
