#!/bin/sh
# Checks a rendered site.
#   run.sh FOLDER
set -eu
folder=$1
failures=0

check() {
  what=$1
  shift
  if "$@" > /dev/null 2>&1; then
    echo "ok    $what"
  else
    echo "FAIL  $what"
    failures=$((failures + 1))
  fi
}

products=$(tail -n +2 catalogue/products.csv | wc -l)
check "each product has its page" test "$(ls "$folder/products" | wc -l)" -eq "$products"
check "the front page lists every product" test "$(grep -c 'href="products/' "$folder/index.html")" -eq "$products"
check "no placeholder is left" sh -c "! grep -rq '{{' $folder --include='*.html'"
check "the search index knows every origin" grep -q ' ethiopia [0-9]' "$folder/search.txt"
check "the style sheet is there" test -s "$folder/assets/shop.css"
exit "$failures"
