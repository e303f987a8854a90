# env: LC_ALL=C.UTF-8
# The module of the C library's locale.
import _locale
import locale


def show(f, *args):
    try:
        print(f.__name__, args, repr(f(*args)))
    except Exception as e:
        print(f.__name__, args, type(e).__name__, e)


L = _locale
show(L.setlocale, 99)
show(L.setlocale, 0, 'xx_YY')
show(L.setlocale, L.LC_ALL, 'C')
show(L.setlocale, 'a')
show(L.setlocale, 0, 5)
show(L.setlocale, 0, 'a\0b')
show(L.localeconv)
print(L.strcoll('a', 'b') < 0 < L.strcoll('b', 'a'))
show(L.strcoll, 'a', 'b\0')
show(L.strcoll, 'a', 1)
show(L.strxfrm, 'abc')
show(L.strxfrm, 'a\0')
show(L.setlocale, L.LC_CTYPE, 'C.UTF-8')
show(L.nl_langinfo, L.CODESET)
show(L.nl_langinfo, 99999)
show(L.nl_langinfo, L.DAY_1)
show(L.gettext, 'x')
show(L.dgettext, None, 'x')
show(L.dcgettext, 'd', 'x', 5)
show(L.textdomain, None)
show(L.textdomain, 'foo')
show(L.bindtextdomain, '', 'x')
show(L.bindtextdomain, 'foo', '/tmp')
show(L.bind_textdomain_codeset, 'foo', None)
show(L.bind_textdomain_codeset, 'foo', 'utf-8')
show(L.getencoding)
print(L.Error, L.Error is locale.Error)
print(locale.getlocale(), locale.getpreferredencoding(), locale.str(1.5))
print(sorted(n for n in dir(L) if n[0] != '_'))
