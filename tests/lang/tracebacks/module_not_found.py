# exit: 1
import no_such_module_at_all.sub
