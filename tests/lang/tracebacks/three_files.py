# exit: 1
import _three_files_middle as two


def main():
    try:
        two.middle({"a": 1})
    except KeyError as e:
        raise RuntimeError("could not finish") from e


if __name__ == "__main__":
    main()
