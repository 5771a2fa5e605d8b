/* Small questions to a dependency tree. */
#include "events/inner.h"

#include <string.h>

bool dtn_one_of(const char *text, const char *list)
{
    const size_t n = strlen(text);
    while (*list) {
        const size_t part = strcspn(list, "|");
        if (part == n && n && memcmp(list, text, n) == 0)
            return true;
        list += part + (list[part] == '|');
    }
    return false;
}

bool dtn_is_rel(const dtn_word *w, const char *name)
{
    const size_t n = strlen(name);
    return strncmp(w->relation, name, n) == 0 && (w->relation[n] == '\0' || w->relation[n] == ':');
}

static bool is_any_rel(const dtn_word *w, const char *relations)
{
    char one[32];
    while (*relations) {
        const size_t n = strcspn(relations, "|");
        if (n < sizeof one) {
            memcpy(one, relations, n);
            one[n] = '\0';
            if (dtn_is_rel(w, one))
                return true;
        }
        relations += n + (relations[n] == '|');
    }
    return false;
}

uint32_t dtn_child(const dtn_word *words, uint32_t head, const char *relations)
{
    for (uint32_t c = words[head].first_child; c != DTN_NO_WORD; c = words[c].next_sibling)
        if (is_any_rel(&words[c], relations))
            return c;
    return DTN_NO_WORD;
}
