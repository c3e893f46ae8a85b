"""The world's words in seven other languages, so that a prompt in one of them finds its hero. Stories are told in English."""

HEROES = {
    "de": "Schildkröte Eule Elefant Igel Pinguin Hase Dinosaurier Flamingo Bär Schnecke Ente Katze",
    "fr": "tortue hibou éléphant hérisson pingouin lapin dinosaure flamant ours escargot canard chat",
    "es": "tortuga búho elefante erizo pingüino conejo dinosaurio flamenco oso caracol pato gato",
    "it": "tartaruga gufo elefante riccio pinguino coniglio dinosauro fenicottero orso lumaca anatra gatto",
    "nl": "schildpad uil olifant egel pinguïn konijn dinosaurus flamingo beer slak eend kat",
    "pt": "tartaruga coruja elefante ouriço pinguim coelho dinossauro flamingo urso caracol pato gato",
    "sv": "sköldpadda uggla elefant igelkott pingvin kanin dinosaurie flamingo björn snigel anka katt",
}
PLACES = {
    "de": "am Strand|im Wald|in den Bergen|in der Wüste|im Dorf|im Schloss|im Garten|im Schnee",
    "fr": "à la plage|dans la forêt|à la montagne|dans le désert|au village|au château|au jardin|dans la neige",
    "es": "en la playa|en el bosque|en las montañas|en el desierto|en el pueblo|en el castillo|en el jardín|en la nieve",
    "it": "sulla spiaggia|nella foresta|in montagna|nel deserto|nel villaggio|nel castello|nel giardino|nella neve",
    "nl": "op het strand|in het bos|in de bergen|in de woestijn|in het dorp|in het kasteel|in de tuin|in de sneeuw",
    "pt": "na praia|na floresta|nas montanhas|no deserto|na aldeia|no castelo|no jardim|na neve",
    "sv": "på stranden|i skogen|i bergen|i öknen|i byn|på slottet|i trädgården|i snön",
}
THINGS = {
    "de": "Drachen Ballon Regenschirm Schlüssel Laterne Buch Stern Ball Glocke Krone Apfel Kuchen Trommel Feder Korb Teekanne Boot Trompete Uhr Gitarre",
    "fr": "cerf-volant ballon parapluie clé lanterne livre étoile balle cloche couronne pomme gâteau tambour plume panier théière bateau trompette horloge guitare",
    "es": "cometa globo paraguas llave farol libro estrella pelota campana corona manzana pastel tambor pluma cesta tetera barco trompeta reloj guitarra",
    "it": "aquilone palloncino ombrello chiave lanterna libro stella palla campana corona mela torta tamburo piuma cesto teiera barca tromba orologio chitarra",
    "nl": "vlieger ballon paraplu sleutel lantaarn boek ster bal bel kroon appel taart trommel veer mand theepot boot trompet klok gitaar",
    "pt": "papagaio balão guarda-chuva chave lanterna livro estrela bola sino coroa maçã bolo tambor pena cesta bule barco trompete relógio guitarra",
    "sv": "drake ballong paraply nyckel lykta bok stjärna boll bjällra krona äpple tårta trumma fjäder korg tekanna båt trumpet klocka gitarr",
}
FRAMES = {
    "de": ("eine Geschichte über {h}", "{h} {p}", "Erzähl mir von {h} {p}", "{h} mit {t} {p}", "Es war einmal {h}", "{h} und {t}"),
    "fr": ("une histoire avec {h}", "{h} {p}", "raconte-moi {h} {p}", "{h} avec {t} {p}", "Il était une fois {h}", "{h} et {t}"),
    "es": ("un cuento de {h}", "{h} {p}", "cuéntame de {h} {p}", "{h} con {t} {p}", "Érase una vez {h}", "{h} y {t}"),
    "it": ("una storia con {h}", "{h} {p}", "raccontami di {h} {p}", "{h} con {t} {p}", "C'era una volta {h}", "{h} e {t}"),
    "nl": ("een verhaal over {h}", "{h} {p}", "vertel over {h} {p}", "{h} met {t} {p}", "Er was eens {h}", "{h} en {t}"),
    "pt": ("uma história com {h}", "{h} {p}", "conta-me sobre {h} {p}", "{h} com {t} {p}", "Era uma vez {h}", "{h} e {t}"),
    "sv": ("en saga om {h}", "{h} {p}", "berätta om {h} {p}", "{h} med {t} {p}", "Det var en gång {h}", "{h} och {t}"),
}  # fmt: skip
