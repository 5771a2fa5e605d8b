/* Reading a model file of either format.
 *
 * The content decides: a text that begins with '<', after white space and a byte order
 * mark, is XMILE, in UTF-8 or UTF-16. A blank file is told by its extension, so that the
 * message speaks of the right format.
 */
#include <string.h>

#include "base/utf16.h"
#include "format/format.h"
#include "model/notation.h"

#define MAX_FILE ((size_t)64 << 20) /* ten times the largest published model */

static bool has_xml_extension(const char *path)
{
    static const char *const known[] = {".xmile", ".stmx", ".itmx", ".xml"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
        if (dtn_is_word(dot, strlen(dot), known[i]))
            return true;
    return false;
}

static bool is_xml(const char *text, size_t n, const char *path)
{
    size_t i = 0;
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        i = 3;
    else if (dtn_is_utf16(text, n))
        i = dtn_utf16_begin(text, n); /* the other byte of each letter is 0 */
    for (; i < n; i++) {
        const char c = text[i];
        if (c == '<')
            return true;
        if (c != '\0' && c != ' ' && !(c >= '\t' && c <= '\r'))
            return false;
    }
    return has_xml_extension(path);
}

dtn_status dtn_model_read(const char *path, dtn_model **out, dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0;
    dtn_status status = dtn_file_read(path, MAX_FILE, &text, &n, diags);
    if (status != DTN_OK)
        return status;
    status = is_xml(text, n, path) ? dtn_model_read_xmile(text, n, path, out, diags)
                                   : dtn_model_read_mdl(text, n, path, out, diags);
    dtn_free(text);
    return status;
}
