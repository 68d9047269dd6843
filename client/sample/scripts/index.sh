#!/bin/sh
# Writes the search index: for each roast and each beginning of a word, the products that it leads to.
#   index.sh CATALOGUE INDEX
set -eu
catalogue=$1
index=$2
mkdir -p "$(dirname "$index")"

words=$(tail -n +2 "$catalogue" | cut -d, -f2-5 | tr 'A-Z, ' 'a-z\n\n' | sort -u)
beginnings=$(for word in $words; do
  length=3
  while [ "$length" -le "${#word}" ]; do
    echo "$word" | cut -c "1-$length"
    length=$((length + 1))
  done
done | sort -u)

roasts=$(tail -n +2 "$catalogue" | cut -d, -f4 | tr ' ' '_' | sort -u)
for roast in $roasts; do
  tr ' ' '_' < "$catalogue" | grep ",$roast," > "$index.$roast"
  for beginning in $beginnings; do
    products=$(grep -i "[,_]$beginning" "$index.$roast" | cut -d, -f1 | tr '\n' ' ')
    echo "$roast $beginning $products"
  done
  rm "$index.$roast"
done | sort > "$index"

echo "indexed $(wc -l < "$index") searches"
