#!/bin/sh
# Renders the site: one page for each product and a front page.
#   render.sh SHOP_NAME FOLDER
set -eu
shop=$1
folder=$2
mkdir -p "$folder/products"
cp -r assets "$folder/"

tail -n +2 catalogue/products.csv | while IFS=, read -r id name origin roast notes price; do
  sed -e "s|{{shop}}|$shop|g" -e "s|{{name}}|$name|g" -e "s|{{origin}}|$origin|g" \
      -e "s|{{roast}}|$roast|g" -e "s|{{notes}}|$notes|g" -e "s|{{price}}|$price|g" \
      pages/product.html > "$folder/products/$id.html"
  echo "<li><a href=\"products/$id.html\">$name</a> <span>$price €</span></li>" >> "$folder/list.html"
done

sed -e "s|{{shop}}|$shop|g" -e "/{{list}}/{
r $folder/list.html
d
}" pages/index.html > "$folder/index.html"
rm "$folder/list.html"
find "$folder" -name '*.css' -exec gzip -9 -k {} +
echo "rendered $(ls "$folder/products" | wc -l) products"
