/* Edit distance (Levenshtein, two rows) for hints in diagnostics. Names longer than
 * DTN_NEAREST_MAX are not compared: a hint is a help, not a promise. */
#include "base/nearest.h"

#include <string.h>

#define DTN_NEAREST_MAX 96

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    size_t row[DTN_NEAREST_MAX + 1];
    if (n > DTN_NEAREST_MAX || m > DTN_NEAREST_MAX)
        return (size_t)-1;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];
            row[j] = min3(row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[m];
}

void dtn_nearest_init(dtn_nearest *nearest, const char *wanted)
{
    nearest->wanted = wanted;
    nearest->best = NULL;
    /* further off is no help: of one letter nothing is near, up to four letters one may be wrong */
    const size_t n = strlen(wanted);
    nearest->best_distance = n < 2 ? 1 : n < 5 ? 2 : n / 3 + 2;
}

void dtn_nearest_add(dtn_nearest *nearest, const char *candidate)
{
    size_t d = distance(nearest->wanted, candidate);
    if (d < nearest->best_distance && d < strlen(candidate)) {
        nearest->best = candidate;
        nearest->best_distance = d;
    }
}
